import {
  STATISTIC_NAMES,
  type AllocResult,
  type AllocStackResult,
  type MallocResult,
  type Operation,
  type QueryResult,
  type Statistics,
} from '../spec/index.js';
import {
  aBoolean,
  aNumber,
  anInteger,
  arrayOf,
  aText,
  byNumber,
  isRecord,
  nothing,
  nullOr,
  optional,
  problem,
  withKeys,
  type DataCheck,
  type DataProblem,
} from './data-check.js';

// What a heap answers must have the form that `Heap` promises before anything is made of it. Only the form is checked
// here: whether a value is right, and whether it should be there at all, is for comparison and invariants to say.

/** A heap gave something that has not the form that it must have. */
export class MalformedAnswer extends Error {
  override readonly name = 'MalformedAnswer';
  /** The name of the heap. */
  readonly heap: string;
  readonly problem: DataProblem;

  constructor(heap: string, { path, expected, found }: DataProblem) {
    super(`${heap} gave a malformed answer: ${path} must be ${expected}, and is ${found}`);
    this.heap = heap;
    this.problem = { path, expected, found };
  }
}

/**
 * Checks a part of what a heap gave.
 *
 * @param part - What it is: the paths of problems begin with it.
 * @throws {@link MalformedAnswer} where there is a problem.
 */
export function requireForm(heap: string, part: string, found: DataProblem | undefined): void {
  if (found) throw new MalformedAnswer(heap, { ...found, path: part + found.path });
}

/** What is wrong with a heap itself. */
export const heapProblem: DataCheck = withKeys({
  perform: aMethod,
  statistics: aMethod,
  state: aMethod,
  audit: optional(aMethod),
});

function aMethod(value: unknown): DataProblem | undefined {
  return typeof value === 'function' ? undefined : problem('a method', value);
}

const RESULTS: Readonly<Record<Operation['op'], DataCheck>> = {
  alloc: nullOr(withKeys({ base: anInteger, zeroed: aBoolean })),
  allocStack: nullOr(withKeys({ base: anInteger })),
  free: nothing,
  freeStack: nothing,
  tick: nothing,
  scavenge: anInteger,
  freeOSMemory: anInteger,
  query: withKeys({
    inheap: aBoolean,
    inHeapOrStack: aBoolean,
    lookupMaybe: nullOr(anInteger),
    mlookup: nullOr(arrayOf(anInteger, 2)),
    spanOf: optional(anInteger),
  }),
  addFinalizer: withKeys({ added: aBoolean, scanned: optional(anInteger) }),
  removeFinalizer: nothing,
  setProfile: nothing,
  malloc: withKeys({ addr: anInteger, zeroed: aBoolean }),
  flush: nothing,
  addProc: anInteger,
  removeProc: nothing,
  gcStart: nothing,
  mark: nothing,
  gcEnd: nothing,
  sweepone: anInteger,
};

/** What is wrong with the form of an operation's result. */
export function resultProblem(operation: Operation, result: unknown): DataProblem | undefined {
  return isSoundResult(operation, result) ? undefined : RESULTS[operation.op](result);
}

// What runs after every operation is spelt out: the checks above, which say what is wrong, take twenty times as long.

type Unchecked<T> = { readonly [K in keyof T]?: unknown };

/** Whether the results of the most frequent operations are sound; the others are left to the checks above. */
function isSoundResult({ op }: Operation, result: unknown): boolean {
  if (result === undefined) return op === 'mark' || op === 'free' || op === 'freeStack' || op === 'tick';
  if (typeof result !== 'object') return false;
  switch (op) {
    case 'malloc':
      return result !== null && isSoundObject(result);
    case 'alloc':
      return result === null || isSoundAllocation(result);
    case 'allocStack':
      return result === null || isSoundStack(result);
    case 'query':
      return result !== null && isSoundQuery(result);
    default:
      return false;
  }
}

function isSoundObject({ addr, zeroed }: Unchecked<MallocResult>): boolean {
  return Number.isSafeInteger(addr) && typeof zeroed === 'boolean';
}

function isSoundAllocation({ base, zeroed }: Unchecked<AllocResult>): boolean {
  return Number.isSafeInteger(base) && typeof zeroed === 'boolean';
}

function isSoundStack({ base }: Unchecked<AllocStackResult>): boolean {
  return Number.isSafeInteger(base);
}

function isSoundQuery(answer: Unchecked<QueryResult>): boolean {
  const { inheap, inHeapOrStack, lookupMaybe, mlookup, spanOf } = answer;
  return (
    typeof inheap === 'boolean' &&
    typeof inHeapOrStack === 'boolean' &&
    (lookupMaybe === null || Number.isSafeInteger(lookupMaybe)) &&
    (mlookup === null || (Array.isArray(mlookup) && isSoundPair(mlookup))) &&
    (spanOf === undefined || Number.isSafeInteger(spanOf))
  );
}

function isSoundPair(pair: readonly unknown[]): boolean {
  return pair.length === 2 && Number.isSafeInteger(pair[0]) && Number.isSafeInteger(pair[1]);
}

const ALL_STATISTICS = withKeys(Object.fromEntries(STATISTIC_NAMES.map((name) => [name, anInteger])));

/** What is wrong with the form of statistics. */
export function statisticsProblem(statistics: unknown): DataProblem | undefined {
  return isRecord(statistics) && areIntegers(statistics) ? undefined : ALL_STATISTICS(statistics);
}

/** The same after every operation of a run. */
function areIntegers(s: Unchecked<Statistics>): boolean {
  return areBytesIntegers(s) && areCountersIntegers(s) && areRecordsIntegers(s);
}

function areBytesIntegers(s: Unchecked<Statistics>): boolean {
  return (
    Number.isSafeInteger(s.heap_inuse) &&
    Number.isSafeInteger(s.heap_idle) &&
    Number.isSafeInteger(s.heap_released) &&
    Number.isSafeInteger(s.heap_sys) &&
    Number.isSafeInteger(s.stacks_inuse) &&
    Number.isSafeInteger(s.heap_objects) &&
    Number.isSafeInteger(s.heap_live) &&
    Number.isSafeInteger(s.heap_scan)
  );
}

function areCountersIntegers(s: Unchecked<Statistics>): boolean {
  return (
    Number.isSafeInteger(s.tinyallocs) &&
    Number.isSafeInteger(s.nlookup) &&
    Number.isSafeInteger(s.pagesInUse) &&
    Number.isSafeInteger(s.pagesSwept) &&
    Number.isSafeInteger(s.spanBytesAlloc) &&
    Number.isSafeInteger(s.sweepgen) &&
    Number.isSafeInteger(s.sweepdone) &&
    Number.isSafeInteger(s.largefree)
  );
}

function areRecordsIntegers(s: Unchecked<Statistics>): boolean {
  return (
    Number.isSafeInteger(s.nlargefree) &&
    Number.isSafeInteger(s.allspans) &&
    Number.isSafeInteger(s.spansInUse) &&
    Number.isSafeInteger(s.cachesInUse) &&
    Number.isSafeInteger(s.finalizersInUse) &&
    Number.isSafeInteger(s.profilesInUse) &&
    Number.isSafeInteger(s.spansMapped) &&
    Number.isSafeInteger(s.arenaUsed)
  );
}

const BASES = arrayOf(anInteger);
const LISTS = byNumber(BASES);
const COUNTS = byNumber(anInteger);

const ANY_SPAN = { base: anInteger, npages: anInteger, needzero: anInteger };

const SPANS: Readonly<Record<string, DataCheck>> = {
  free: withKeys({ ...ANY_SPAN, npreleased: anInteger, unusedsince: anInteger }),
  stack: withKeys(ANY_SPAN),
  inuse: withKeys({
    ...ANY_SPAN,
    sizeclass: anInteger,
    elemsize: anInteger,
    allocCount: anInteger,
    sweepgen: anInteger,
    specials: optional(arrayOf(arrayOf(anInteger, 2))),
    limit: optional(anInteger),
    nelems: optional(anInteger),
    freeindex: optional(anInteger),
    incache: optional(aBoolean),
    allocBits: optional(aText),
    gcmarkBits: optional(aText),
    allocCache: optional(arrayOf(anInteger, 2)),
  }),
};

const aSpan: DataCheck = (span) => {
  if (!isRecord(span)) return problem('an object', span);
  const { state } = span;
  if (typeof state === 'string' && Object.hasOwn(SPANS, state)) return SPANS[state](span);
  return problem(Object.keys(SPANS).join(' or '), state, '.state');
};

const COUNTERS = withKeys({
  scan: optional(anInteger),
  tinyallocs: optional(anInteger),
  nlookup: optional(anInteger),
  largefree: optional(anInteger),
  nlargefree: optional(anInteger),
});

const CACHE = withKeys({ alloc: COUNTS, counters: COUNTERS, nsmallfree: COUNTS });

/** What is wrong with the form of a state. */
export const stateProblem: DataCheck = withKeys({
  spans: arrayOf(aSpan),
  free: LISTS,
  freelarge: BASES,
  busy: LISTS,
  busylarge: BASES,
  central: byNumber(withKeys({ nonempty: BASES, empty: BASES })),
  mcache: arrayOf(nullOr(CACHE)),
  sweepStacks: withKeys({ swept: BASES, unswept: BASES }),
  gcBitsArenas: withKeys({ free: anInteger, next: BASES, current: BASES, previous: BASES }),
  nsmallfree: COUNTS,
  clock: anInteger,
  marking: aBoolean,
  bytesMarked: optional(anInteger),
  sweepPagesPerByte: aNumber,
});

/** What is wrong with the form of an audit's complaints. */
export const complaintsProblem: DataCheck = arrayOf(aText);
