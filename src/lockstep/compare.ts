import type { AllocResult, MallocResult, OperationResult, QueryResult, Statistics } from '../spec/index.js';
import { diffValues, sameData, type Difference } from './diff.js';
import { canonicalCalls, type Effects, type OutcomeError } from './outcome.js';

// The comparisons after every operation. They run millions of times a minute and nearly always find nothing, so they
// read field by field and make no object; what differs is worked out only once it is known that something does.

/** Whether two results are the same. */
export function sameResult(a: OperationResult, b: OperationResult): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if ('inheap' in a) return 'inheap' in b && sameQueryResult(a, b);
  if ('addr' in a) return 'addr' in b && sameMallocResult(a, b);
  if ('zeroed' in a) return 'base' in b && 'zeroed' in b && sameAllocResult(a, b);
  return sameData(a, b);
}

/** Whether two operations ended alike: neither in an error, or both in the same one. */
export function sameError(a: OutcomeError | undefined, b: OutcomeError | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.kind === b.kind && (a.kind !== 'FatalError' || a.message === b.message);
}

/**
 * Whether two operations did the same to their hosts; puts their calls to the operating system into canonical order. Of
 * claims only the spans are compared: what they let run is compared when it runs.
 */
export function sameEffects(a: Effects, b: Effects): boolean {
  return (
    sameTuples(canonicalCalls(a.sys), canonicalCalls(b.sys)) &&
    sameTuples(a.clears, b.clears) &&
    sameLines(a.prints, b.prints) &&
    sameTuples(a.finalizers, b.finalizers) &&
    sameTuples(a.profiles, b.profiles) &&
    sameClaims(a.claims, b.claims)
  );
}

/** Whether all statistics are equal. */
export function sameStatistics(a: Statistics, b: Statistics): boolean {
  return sameHeapBytes(a, b) && sameCollection(a, b) && sameRecords(a, b);
}

/** What differs between the effects of two operations. */
export function diffEffects(expected: Effects, actual: Effects): Difference[] {
  return [
    ...diffValues('sys', canonicalCalls(expected.sys), canonicalCalls(actual.sys)),
    ...diffValues('clears', expected.clears, actual.clears),
    ...diffValues('prints', expected.prints, actual.prints),
    ...diffValues('finalizers', expected.finalizers, actual.finalizers),
    ...diffValues('profiles', expected.profiles, actual.profiles),
    ...diffValues('claims', spansOf(expected.claims), spansOf(actual.claims)),
  ];
}

/** How much an operation did to its host. */
export function countEffects(effects: Effects): number {
  const { sys, clears, prints, finalizers, profiles, claims } = effects;
  return sys.length + clears.length + prints.length + finalizers.length + profiles.length + claims.length;
}

function spansOf(claims: Effects['claims']): number[] {
  return claims.map(({ span }) => span);
}

function sameAllocResult(a: AllocResult, b: AllocResult): boolean {
  return a.base === b.base && a.zeroed === b.zeroed;
}

function sameMallocResult(a: MallocResult, b: MallocResult): boolean {
  return a.addr === b.addr && a.zeroed === b.zeroed;
}

function sameQueryResult(a: QueryResult, b: QueryResult): boolean {
  return (
    a.inheap === b.inheap &&
    a.inHeapOrStack === b.inHeapOrStack &&
    a.lookupMaybe === b.lookupMaybe &&
    a.spanOf === b.spanOf &&
    sameObject(a.mlookup, b.mlookup)
  );
}

function sameObject(a: QueryResult['mlookup'], b: QueryResult['mlookup']): boolean {
  if (a === null || b === null) return a === b;
  return a[0] === b[0] && a[1] === b[1] && a.length === b.length;
}

type Tuple = readonly [unknown, unknown, unknown?];

function sameTuples(a: readonly Tuple[], b: readonly Tuple[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i][0] !== b[i][0] || a[i][1] !== b[i][1] || a[i][2] !== b[i][2]) return false;
  }
  return true;
}

function sameClaims(a: Effects['claims'], b: Effects['claims']): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i].span !== b[i].span) return false;
  }
  return true;
}

function sameLines(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

function sameHeapBytes(a: Statistics, b: Statistics): boolean {
  return (
    a.heap_inuse === b.heap_inuse &&
    a.heap_idle === b.heap_idle &&
    a.heap_released === b.heap_released &&
    a.heap_sys === b.heap_sys &&
    a.stacks_inuse === b.stacks_inuse &&
    a.arenaUsed === b.arenaUsed &&
    a.heap_objects === b.heap_objects &&
    a.heap_live === b.heap_live &&
    a.pagesInUse === b.pagesInUse
  );
}

function sameCollection(a: Statistics, b: Statistics): boolean {
  return (
    a.heap_scan === b.heap_scan &&
    a.tinyallocs === b.tinyallocs &&
    a.nlookup === b.nlookup &&
    a.largefree === b.largefree &&
    a.nlargefree === b.nlargefree &&
    a.pagesSwept === b.pagesSwept &&
    a.spanBytesAlloc === b.spanBytesAlloc &&
    a.sweepgen === b.sweepgen &&
    a.sweepdone === b.sweepdone
  );
}

function sameRecords(a: Statistics, b: Statistics): boolean {
  return (
    a.allspans === b.allspans &&
    a.spansInUse === b.spansInUse &&
    a.cachesInUse === b.cachesInUse &&
    a.finalizersInUse === b.finalizersInUse &&
    a.profilesInUse === b.profilesInUse &&
    a.spansMapped === b.spansMapped
  );
}
