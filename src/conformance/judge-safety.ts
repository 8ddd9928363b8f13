import {
  FATAL,
  MAX_SMALL_SIZE,
  PAGE_SIZE,
  type HeapConfig,
  type OperationResult,
  type QueryResult,
} from '../spec/index.js';
import type { Answer, Call, Case } from './contract.js';
import { Finalizers } from './finalizers.js';
import { Holdings, type Holding } from './holdings.js';
import { IntervalSet } from './interval-set.js';
import { endedWell, endOf, wrong, type Judge, type Wrong } from './judge.js';

interface Region {
  readonly from: number;
  readonly to: number;
}

/**
 * Judges by what a program has of its heap, whatever its policy: memory is in the arena, aligned and nobody else's; it
 * keeps its content, and is zero where that was asked; sound requests are not refused; finalizers run once, and not
 * early.
 *
 * It plays a program that writes to all that it is given. What the heap clears or releases it knows from its answers.
 */
export class SafetyJudge implements Judge {
  readonly holdings: Holdings;
  readonly finalizers = new Finalizers();
  private readonly config: HeapConfig;
  private readonly refusals: boolean;
  /** Whether the program has no misuse at all, so that every call must end well. */
  private readonly careful: boolean;
  private readonly regions = new Map<number, Region>();
  private readonly live = new IntervalSet();
  /** Memory that may hold something else than zeros. */
  private readonly dirty = new IntervalSet();
  private readonly released = new IntervalSet();
  /** Undefined as long as the heap has not said that it maps memory. */
  private mapped: IntervalSet | undefined;
  private everGiven = false;

  constructor(test: Case, careful: boolean) {
    this.config = test.config;
    this.refusals = test.refuses !== undefined;
    this.careful = careful;
    this.holdings = new Holdings(test.config.procs);
  }

  check(call: Call, answer: Answer): Wrong | undefined {
    const missing = operandsOf(call).some((id) => !this.regions.has(id));
    if (missing !== (answer.skipped === true)) {
      const message = missing
        ? 'it performed a call on something that it never gave, which is to be skipped'
        : 'it skipped a call on something that it had given';
      return wrong('result', call, message);
    }
    if (missing) return undefined;
    const found = endedWell(answer) ? this.checkResult(call, answer) : this.checkError(call, answer);
    return found ?? this.checkEffectsOf(call, answer) ?? this.receive(call, answer);
  }

  private checkError(call: Call, answer: Answer): Wrong | undefined {
    const { throw: thrown } = answer;
    if (!this.careful) return undefined;
    if (thrown === FATAL.outOfMemory && call.op === 'malloc') {
      return this.checkScarcity(call, Number(call.args.size));
    }
    const difference = { path: 'outcome', expected: 'a result', actual: endOf(answer) };
    const message = 'it did not do what it must be able to do';
    return breaks('arena.served', wrong('error', call, message, difference));
  }

  /** What was given is no longer there once a call ended it, so this comes before the heap's effects are looked at. */
  private checkResult(call: Call, answer: Answer): Wrong | undefined {
    const { ret } = answer;
    const place = this.holdings.at(call.args.addr);
    switch (call.op) {
      case 'query':
        return place && this.checkQuery(call, ret as QueryResult, place);
      case 'addProc':
        if (ret === this.holdings.cacheToCome) break;
        return wrong('result', call, 'it gave a new cache another number than the next one', {
          path: 'result',
          expected: this.holdings.cacheToCome,
          actual: ret,
        });
      case 'addFinalizer':
      case 'removeFinalizer':
        return place && this.finalizers.change(call, ret, place);
      default:
    }
    if (ret === null) return this.checkScarcity(call, Number(call.args.npages) * PAGE_SIZE);
    for (const { id } of this.holdings.apply(call)) this.drop(id, call);
    return undefined;
  }

  private drop(id: number, call: Call): void {
    const region = this.regions.get(id);
    if (region === undefined) return;
    this.live.remove(region.from, region.to);
    // Who frees a span as clean vouches for it.
    if (call.op === 'free' && call.args.needzero === false) this.dirty.remove(region.from, region.to);
  }

  /**
   * A heap may run out of memory, but not where it has all of it; unless the runtime's would, which overlooks new memory
   * that is too short for the list of long spans.
   */
  private checkScarcity(call: Call, bytes: number): Wrong | undefined {
    const { arenaPages, growRound, heapAllocChunk, maxHeapList } = this.config;
    const needed = Math.max(heapAllocChunk, Math.ceil(bytes / growRound) * growRound);
    if (
      this.everGiven ||
      this.refusals ||
      needed < maxHeapList * PAGE_SIZE ||
      !(needed <= (arenaPages * PAGE_SIZE) / 2)
    ) {
      return undefined;
    }
    const message = `it has no ${bytes} bytes to give, although nobody has any of its memory`;
    return breaks('arena.served', wrong('result', call, message));
  }

  private checkQuery(
    call: Call,
    answer: QueryResult,
    { holding, offset }: { holding: Holding; offset: number },
  ): Wrong | undefined {
    const { kind, sizeclass, bytes, id } = holding;
    const base = this.regions.get(id)?.from ?? 0;
    // Where the arena begins at 0, its first byte is at the nil pointer, which lies nowhere.
    const isNil = this.config.arenaStart + base + offset === 0;
    if (isNil || sizeclass !== 0 || offset < 0 || offset >= bytes) return undefined;
    const inheap = kind !== 'stack';
    const expected = { inheap, inHeapOrStack: true, ...(kind === 'heap' && { lookupMaybe: base }) };
    for (const [name, value] of Object.entries(expected)) {
      const actual = answer[name as keyof typeof expected];
      if (actual !== value) {
        return wrong('result', call, 'it does not know of memory that it gave', {
          path: `result.${name}`,
          expected: value,
          actual,
        });
      }
    }
    const object = answer.mlookup;
    if (!inheap || (object !== null && object[0] <= base && base + offset < object[0] + object[1])) {
      return undefined;
    }
    return wrong('result', call, 'it does not find the object that the address lies in', {
      path: 'result.mlookup',
      expected: `an object around @${base + offset}`,
      actual: object,
    });
  }

  /** What the heap did to memory in the course of a call. */
  private checkEffectsOf(call: Call, { sys = [], clears = [], finalizers = [] }: Answer): Wrong | undefined {
    for (const [name, from, bytes] of sys) {
      const found = this.checkSystemCall(call, name, from, from + bytes);
      if (found) return found;
    }
    for (const [from, bytes] of clears) {
      const found = this.checkTouch(call, 'clears', from, from + bytes);
      if (found) return found;
      this.dirty.remove(from, from + bytes);
    }
    for (const queued of finalizers) {
      const found = this.finalizers.queue(call, queued, this.holdings);
      if (found) return found;
    }
    return undefined;
  }

  private checkSystemCall(
    call: Call,
    name: 'map' | 'used' | 'unused',
    from: number,
    to: number,
  ): Wrong | undefined {
    const arena = this.config.arenaPages * PAGE_SIZE;
    if (name === 'map') {
      if (from < 0 || to > arena) {
        return breaks(
          'arena.within-reservation',
          wrong('memory', call, `it maps ${range(from, to)}, outside of the arena of ${arena} bytes`),
        );
      }
      this.mapped ??= new IntervalSet();
      this.mapped.add(from, to);
      return undefined;
    }
    const found = this.checkTouch(call, name === 'used' ? 'uses' : 'releases', from, to);
    if (found) return found;
    const { physPageSize } = this.config;
    if (name === 'used') this.released.remove(from, to);
    else if (from % physPageSize !== 0 || to % physPageSize !== 0) {
      return wrong(
        'memory',
        call,
        `it releases ${range(from, to)}, which are no whole physical pages of ${physPageSize} bytes`,
      );
    } else this.released.add(from, to);
    return undefined;
  }

  private checkTouch(call: Call, verb: string, from: number, to: number): Wrong | undefined {
    const owned = this.live.firstIn(from, to);
    if (owned < 0) return undefined;
    return breaks(
      'arena.apart',
      wrong('memory', call, `it ${verb} ${range(from, to)}, and ${this.ownerOf(owned)} is in use`),
    );
  }

  /** The program takes what it was given, and writes to all of it. */
  private receive(call: Call, { ret, clears }: Answer): Wrong | undefined {
    const { id } = call;
    const given = addressIn(ret);
    if (id === undefined || given === undefined) return undefined;
    const isObject = call.op === 'malloc';
    const bytes = isObject ? Number(call.args.size) : Number(call.args.npages) * PAGE_SIZE;
    const [from, to] = [given.at, given.at + bytes];
    const what = `it gives out ${range(from, to)}`;
    const found = this.checkPlace(
      call,
      what,
      from,
      to,
      isObject ? alignmentOf(bytes, call.args.scan === 0) : PAGE_SIZE,
    );
    if (found) return found;
    // A heap that does not say what it clears has cleared what it says it had to.
    if (given.zeroed && clears === undefined) this.dirty.remove(from, to);
    const dirt = call.args.needzero === true ? this.dirty.firstIn(from, to) : -1;
    if (dirt >= 0) {
      return breaks(
        clearingOf(call),
        wrong('memory', call, `${what} as zero, and the byte @${dirt} may be something else`),
      );
    }
    this.everGiven = true;
    this.regions.set(id, { from, to });
    this.live.add(from, to);
    this.dirty.add(from, to);
    return undefined;
  }

  private checkPlace(
    call: Call,
    what: string,
    from: number,
    to: number,
    alignment: number,
  ): Wrong | undefined {
    const arena = this.config.arenaPages * PAGE_SIZE;
    if (from < 0 || to > arena) {
      return breaks(
        'arena.within-reservation',
        wrong('memory', call, `${what}, outside of the arena of ${arena} bytes`),
      );
    }
    if (from % alignment !== 0) {
      const found = wrong('memory', call, `${what}, which is no multiple of ${alignment}`);
      return alignment === PAGE_SIZE ? breaks('arena.pages', found) : found;
    }
    const owned = this.live.firstIn(from, to);
    if (owned >= 0) {
      return breaks('arena.apart', wrong('memory', call, `${what}, and ${this.ownerOf(owned)} is in use`));
    }
    const unused = this.released.firstIn(from, to);
    if (unused >= 0) {
      const message = `${what}, and @${unused} is released and was not said to be used again`;
      return breaks('arena.mapped', wrong('memory', call, message));
    }
    if (this.mapped !== undefined && !this.mapped.covers(from, to)) {
      return breaks('arena.mapped', wrong('memory', call, `${what}, of which not all is mapped`));
    }
    return undefined;
  }

  private ownerOf(at: number): string {
    for (const [id, { from, to }] of this.regions) {
      const held = this.holdings.at({ of: id, offset: 0 });
      if (held && from <= at && at < to) {
        const letter = held.holding.kind === 'object' ? 'o' : 's';
        return `${letter}${id}, ${range(from, to)},`;
      }
    }
    return `@${at}`;
  }
}

/** The ids of the calls that a call's operands name. */
function operandsOf({ args }: Call): number[] {
  return Object.values(args).flatMap((value) => (typeof value === 'object' ? [value.of] : []));
}

function addressIn(ret: OperationResult): { readonly at: number; readonly zeroed: boolean } | undefined {
  if (typeof ret !== 'object' || ret === null) return undefined;
  const zeroed = 'zeroed' in ret && ret.zeroed;
  if ('base' in ret) return { at: ret.base, zeroed };
  return 'addr' in ret ? { at: ret.addr, zeroed } : undefined;
}

/** What the address of an object must be a multiple of; small ones without pointers may be packed. */
function alignmentOf(bytes: number, pointerless: boolean): number {
  if (!pointerless || bytes >= 16 || bytes % 8 === 0) return 8;
  return bytes % 4 === 0 ? 4 : bytes % 2 === 0 ? 2 : 1;
}

/** What is wrong, with the clause that it breaks. */
function breaks(clause: string, found: Wrong): Wrong {
  return { ...found, clause };
}

/** The clause by which memory is zero where that was asked. */
function clearingOf({ op, args }: Call): string {
  if (op !== 'malloc') return 'alloc.zero.cleared';
  return Number(args.size) <= MAX_SMALL_SIZE ? 'malloc.small.cleared' : 'malloc.large.cleared';
}

function range(from: number, to: number): string {
  return `${to - from} bytes @${from}`;
}
