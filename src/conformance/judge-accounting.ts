import { PAGE_SIZE, STATISTIC_NAMES, type StatisticName, type Statistics } from '../spec/index.js';
import type { Answer, Call } from './contract.js';
import type { Finalizers } from './finalizers.js';
import { endedWell, wrong, type Judge, type Wrong } from './judge.js';

/** Statistics that never fall. */
const GROWING = [
  'arenaUsed',
  'heap_sys',
  'allspans',
  'spansMapped',
] as const satisfies readonly StatisticName[];

/** Statistics that no heap changes where it has no memory to give, though it may have got some in vain. */
const OF_THE_PROGRAM = [
  'heap_inuse',
  'stacks_inuse',
  'heap_objects',
  'pagesInUse',
] as const satisfies readonly StatisticName[];

const NOT_TOLD_LATE = STATISTIC_NAMES.filter((name) => name !== 'nlookup');

/** The operations that only an implementation of objects has: behind them the pages in use depend on its policy. */
const OF_OBJECTS: ReadonlySet<string> = new Set(['malloc', 'gcStart', 'gcEnd'] satisfies Call['op'][]);

/** Statistics that follow from the operations alone, as long as they are about pages. */
interface Accounts {
  heapPages: number;
  stackPages: number;
  heapObjects: number;
}

/**
 * Judges statistics by what must be true of them wherever a heap puts things: sums that add up, counts of what the
 * program did, and that nothing changes where nothing was done.
 */
export class AccountingJudge implements Judge {
  private before: Statistics | undefined;
  private pagesOnly = true;
  private caches: number;
  private readonly accounts: Accounts = { heapPages: 0, stackPages: 0, heapObjects: 0 };
  private readonly pages = new Map<number, number>();
  /** Undefined where there may be misuse, whose effects nobody counts. */
  private readonly finalizers: Finalizers | undefined;

  /** @param finalizers - Follows those of the same case; given where the program has no misuse. */
  constructor(procs: number, finalizers?: Finalizers) {
    this.caches = procs;
    this.finalizers = finalizers;
  }

  check(call: Call, answer: Answer): Wrong | undefined {
    const { before } = this;
    if (answer.stats === undefined && before === undefined) return undefined;
    // A dead heap may be in the midst of anything.
    if (answer.throw !== undefined) return undefined;
    const now = { ...before, ...answer.stats } as Statistics;
    this.before = now;
    if (OF_OBJECTS.has(call.op)) this.pagesOnly = false;
    const changed = endedWell(answer) && answer.ret !== null;
    if (changed) this.note(call, answer);
    return (
      checkSums(call, now) ??
      (before && checkGrowth(call, before, now)) ??
      this.checkAccounts(call, now) ??
      (!changed && before && this.pagesOnly
        ? checkUnchanged(call, before, now, answer.ret === null ? OF_THE_PROGRAM : NOT_TOLD_LATE)
        : undefined)
    );
  }

  private note({ op, args, id }: Call, { ret }: Answer): void {
    const { accounts } = this;
    switch (op) {
      case 'alloc':
        accounts.heapPages += this.given(id, args.npages);
        if (args.large === true) accounts.heapObjects++;
        return;
      case 'allocStack':
        accounts.stackPages += this.given(id, args.npages);
        return;
      case 'free':
        accounts.heapPages -= this.taken(args.base);
        if (args.acct === 1) accounts.heapObjects--;
        return;
      case 'freeStack':
        accounts.stackPages -= this.taken(args.base);
        return;
      case 'addProc':
        if (ret !== undefined) this.caches++;
        return;
      case 'removeProc':
        this.caches--;
        return;
      default:
    }
  }

  private given(id: number | undefined, npages: Call['args'][string] | undefined): number {
    const pages = Number(npages);
    if (id !== undefined) this.pages.set(id, pages);
    return pages;
  }

  private taken(operand: Call['args'][string] | undefined): number {
    return typeof operand === 'object' ? (this.pages.get(operand.of) ?? 0) : 0;
  }

  private checkAccounts(call: Call, now: Statistics): Wrong | undefined {
    if (this.finalizers === undefined) return undefined;
    const { heapPages, stackPages, heapObjects } = this.accounts;
    const counts: Partial<Record<StatisticName, number>> = {
      cachesInUse: this.caches,
      stacks_inuse: stackPages * PAGE_SIZE,
      ...(this.pagesOnly && {
        heap_inuse: (heapPages + stackPages) * PAGE_SIZE,
        pagesInUse: heapPages,
        heap_objects: heapObjects,
        profilesInUse: 0,
        finalizersInUse: this.finalizers.records,
      }),
    };
    for (const [name, expected] of Object.entries(counts) as [StatisticName, number][]) {
      if (now[name] !== expected) return off(call, name, expected, now[name]);
    }
    return undefined;
  }
}

/** What is true of statistics by themselves, at any moment. */
export function checkSums(call: Call, now: Statistics): Wrong | undefined {
  for (const name of STATISTIC_NAMES) {
    const value = now[name];
    if (!Number.isSafeInteger(value)) return off(call, name, 'an exact integer', value);
    if (value < 0 && name !== 'heap_objects') return off(call, name, 'not below 0', value);
  }
  const { heap_inuse, heap_idle, heap_sys, heap_released, arenaUsed, allspans, spansInUse } = now;
  if (heap_inuse + heap_idle !== heap_sys) return off(call, 'heap_sys', heap_inuse + heap_idle, heap_sys);
  if (heap_sys !== arenaUsed) return off(call, 'arenaUsed', heap_sys, arenaUsed);
  if (heap_released > heap_idle) return off(call, 'heap_released', `at most ${heap_idle}`, heap_released);
  if (allspans < spansInUse) return off(call, 'allspans', `at least ${spansInUse}`, allspans);
  return undefined;
}

function checkGrowth(call: Call, before: Statistics, now: Statistics): Wrong | undefined {
  for (const name of GROWING) {
    if (now[name] < before[name]) return off(call, name, `at least ${before[name]}, as before`, now[name]);
  }
  return undefined;
}

/** What a refusal changes: nothing, but that caches tell what they have counted. */
function checkUnchanged(
  call: Call,
  before: Statistics,
  now: Statistics,
  names: readonly StatisticName[],
): Wrong | undefined {
  const name = names.find((one) => before[one] !== now[one]);
  if (name === undefined) return undefined;
  return off(call, name, `${before[name]}, as before, since nothing was done`, now[name]);
}

function off(call: Call, name: StatisticName, expected: unknown, actual: unknown): Wrong {
  return wrong('statistics', call, `it has ${name} wrong`, { path: name, expected, actual });
}
