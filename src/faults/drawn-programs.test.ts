import { clausesOf } from '../conformance/clauses-of.js';
import { failsAlike } from '../cli/checking.js';
import { checksMemory, programOfRun } from '../fuzzing/index.js';
import { runLockstep, type Divergence } from '../lockstep/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { parseProgram, shrinkProgram, type Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import type { HeapFactory } from '../spec/index.js';
import { FAULTS, faultyHeap } from './catalogue.js';
import type { Fault } from './fault.js';

/** Programs of a run in which every fault is found, but for {@link RARE}. */
const PROGRAMS = 4000;

/** A fault that drawn programs do not show: several cycles have to go before it, and a claim in the right one. */
const RARE: ReadonlySet<string> = new Set(['reclaim-stops-at-claimed']);

/** The first program that shows a fault, where that is far from the first of all. What it does not show is sought. */
const SHOWN_BY: Readonly<Record<string, number>> = {
  'counts-released-twice': 307,
  'compares-cut-offset': 347,
  'sweeps-own-pages-too': 423,
  'reclaim-skips-exact-length': 498,
  'overlooks-fit-at-word-edge': 1118,
  'overlooks-last-slot': 1582,
  'central-stops-at-claimed': 3498,
};

/** Commands of what the programs are shrunk to. */
const SMALL = 12;

/** Commands of the programs that are run: shorter ones are shrunk sooner. */
const SHORT = 100;

/** Where a fault needs more: a window of 64 slots full, perhaps of two tiny objects each, all allocated and marked. */
const LESS_SMALL: Readonly<Record<string, number>> = { 'overlooks-last-slot': 2 * 2 * 64 + SMALL };

/** The clauses that what is found of a fault may name first: each says what the heap does wrong there. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  'overlooks-fit-at-word-edge': ['alloc.exact-fit', 'growth.only-if-needed', 'growth.unsplit'],
  'misses-lowest-leaf': ['alloc.best-fit.tie'],
  'coalescing-drops-released': ['free.coalesce.released'],
  'split-renews-age': ['alloc.split.age'],
  'growth-takes-short': ['growth.fallback.missed'],
  'counts-released-twice': ['scavenge.newly-merged'],
  'scavenges-at-limit': ['scavenge.age-at-limit'],
  'reuse-counts-own-pages': ['alloc.split.released'],
  'stack-counts-united': ['free.stack'],
  'released-counts-as-clean': ['alloc.zero.cleared', 'alloc.stack.not-cleared', 'central.grow.clear'],
  'trusts-stale-entry': ['query.heap'],
  'overlooks-last-slot': ['bits.skips-live'],
  'hands-out-whole-byte': ['central.nonempty.own', 'central.nonempty'],
  'largest-small-is-large': ['central.grow.not-large'],
  'tiny-tie-opens-block': ['malloc.tiny.keeps-roomier'],
  'largefree-counts-request': ['sweep.large.counted'],
  'flush-forgets-last-class': ['flush.counters'],
  'one-left-counts-as-full': ['central.uncache.live', 'central.uncache', 'central.swept.gone'],
  'compares-cut-offset': ['specials.short-offset', 'specials.short-offset.other'],
  'profile-ends-with-finalizer': ['sweep.profile.kept'],
  'allocates-large-unmarked': ['malloc.marked'],
  'never-reuses-arenas': ['arenas.reused'],
  'reclaim-skips-exact-length': ['reclaim.exact', 'reclaim.longest'],
  'sweeps-own-pages-too': ['credit.large'],
  'claim-loses-swept-pages': ['sweep.pages.others'],
  'central-stops-at-claimed': ['central.nonempty.swept', 'inside.central.passed'],
};

/** What programs of other seeds were shrunk to, with `; ` between their commands. */
const SHRUNK_BEFORE: readonly (readonly [fault: string, program: string])[] = [
  ['split-renews-age', 's1 = alloc 1; tick 1ns; s2 = alloc 1'],
  ['reuse-counts-own-pages', 's1 = alloc 1; freeOSMemory; s2 = alloc 1'],
  ['stack-counts-united', 's1 = allocStack 1; freeStack s1'],
  [
    'claim-loses-swept-pages',
    'config procs=4; o1 = malloc 1 cache 1; o2 = malloc 1; gcStart; gcEnd distance 1; o3 = malloc 1 cache 1; @1 sweepone',
  ],
  ['largefree-counts-request', 'o1 = malloc 32769; gcStart; gcEnd'],
  ['tiny-tie-opens-block', 'o1 = malloc 9; o2 = malloc 2; o3 = malloc 12'],
  ['largest-small-is-large', 'o1 = malloc 32768'],
  ['flush-forgets-last-class', 'o1 = malloc 28673; gcStart; gcEnd; gcStart; gcEnd'],
  ['one-left-counts-as-full', 'o1 = malloc 10241; o2 = malloc 10241; gcStart; gcEnd'],
  ['never-reuses-arenas', 'o1 = malloc 1; gcStart; gcEnd; gcStart; gcEnd; gcStart; o2 = malloc 1'],
  ['growth-takes-short', 'config arenaPages=281; s1 = alloc 153; s2 = alloc 8'],
  ['coalescing-drops-released', 's1 = alloc 1; freeOSMemory; free s1'],
  ['counts-released-twice', 's1 = alloc 1; freeOSMemory; free s1; freeOSMemory'],
  ['scavenges-at-limit', 's1 = alloc 1; scavenge 0s'],
  ['released-counts-as-clean', 's1 = alloc 1; free s1 dirty; freeOSMemory; s2 = allocStack 1'],
  [
    'reclaim-skips-exact-length',
    'o1 = malloc 32769; o2 = malloc 1; gcStart; gcEnd distance 40961; o3 = malloc 32769',
  ],
  ['allocates-large-unmarked', 'gcStart; o1 = malloc 32769'],
  ['sweeps-own-pages-too', 'o1 = malloc 1; gcStart; gcEnd distance 1; o2 = malloc 32769'],
  [
    'misses-lowest-leaf',
    'config maxHeapList=11; s1 = alloc 11; s2 = alloc 1; s3 = alloc 11; s4 = alloc 1; free s3; free s1; s5 = alloc 1',
  ],
  ['trusts-stale-entry', 's1 = alloc 1; free s1; s2 = alloc 3'],
  [
    'compares-cut-offset',
    'o1 = malloc 16385; addFinalizer o1 id 0; o2 = malloc 16385; o3 = malloc 16385; o4 = malloc 16385; addFinalizer o4+10240 id 0',
  ],
  ['profile-ends-with-finalizer', 'o1 = malloc 1; addFinalizer o1 id 0; setProfile o1 id 0; gcStart; gcEnd'],
  ['hands-out-whole-byte', 'o1 = malloc 1; flush; o2 = malloc 1'],
  [
    'overlooks-fit-at-word-edge',
    'o1 = malloc 1032193; o2 = malloc 1; gcStart; gcEnd distance 1040385; o3 = malloc 1032193',
  ],
  [
    'central-stops-at-claimed',
    'config procs=4; o1 = malloc 1; o2 = malloc 1 cache 1; gcStart; gcEnd distance 32769; o3 = malloc 17 cache 1; @1 o4 = malloc 1',
  ],
  ['growth-takes-short', 'config heapAllocChunk=81920 growRound=16384; s1 = alloc 1'],
  ['one-left-counts-as-full', 'o1 = malloc 19073; gcStart; gcEnd'],
  [
    'reclaim-skips-exact-length',
    'config maxHeapList=1; o1 = malloc 32769; o2 = malloc 17; gcStart; gcEnd distance 49153; o3 = malloc 1',
  ],
  [
    'claim-loses-swept-pages',
    'config procs=6; o1 = malloc 1 cache 1; o2 = malloc 1; gcStart; gcEnd distance 1; o3 = malloc 1; @1 o4 = malloc 1 cache 1',
  ],
  [
    'trusts-stale-entry',
    'config heapAllocChunk=983040 maxHeapList=120; o1 = malloc 16385; o2 = malloc 458753; o3 = malloc 253953; o4 = malloc 24577; o5 = malloc 32769; o6 = malloc 90113',
  ],
  ['counts-released-twice', 's1 = alloc 1; tick 1s; scavenge 0s; free s1; freeOSMemory'],
  ['reuse-counts-own-pages', 's1 = alloc 1; tick 1s; scavenge 0s; s2 = alloc 1'],
  ['tiny-tie-opens-block', 'o1 = malloc 9; o2 = malloc 9'],
  [
    'compares-cut-offset',
    'o1 = malloc 24577; o2 = malloc 24577; o3 = malloc 24577; setProfile o2 id 0; setProfile o3+11008 id 0',
  ],
  ['hands-out-whole-byte', 'config procs=3; o1 = malloc 1 cache 2; removeProc cache 2; o2 = malloc 1'],
  [
    'released-counts-as-clean',
    's1 = alloc 1; tick 1m; s2 = alloc 1; scavenge 0s; free s2 dirty; s3 = allocStack 1',
  ],
  ['overlooks-fit-at-word-edge', 'config heapAllocChunk=8192 growRound=8192 maxHeapList=14; s1 = alloc 63'],
  [
    'central-stops-at-claimed',
    'config procs=2; o1 = malloc 1; o2 = malloc 1 cache 1; gcStart; mark o1; gcEnd distance 1; sweepone; @1 o3 = malloc 1 cache 1',
  ],
  [
    'misses-lowest-leaf',
    'config heapAllocChunk=32768 growRound=8192 maxHeapList=1; s1 = alloc 1; s2 = alloc 2; free s1; s3 = alloc 1',
  ],
];

/** Shrinking takes its time where others work on the same machine. */
const PATIENCE = 240_000;

interface Found {
  readonly program: Program;
  readonly memory: boolean;
  readonly divergence: Divergence;
}

const faults = FAULTS.filter(({ name }) => !RARE.has(name));
const found = new Map<string, Found>();

const check = (program: Program, heap: HeapFactory, memory: boolean): Divergence | undefined =>
  runLockstep(program, { heaps: [referenceHeap, heap], memory, locate: false }).divergence;

/** The clause that the finding of a fault names first. */
function firstClause(program: Program, fault: Fault, memory: boolean): string | undefined {
  const { divergence } = runLockstep(program, { heaps: [referenceHeap, faultyHeap(fault)], memory });
  return divergence && clausesOf(program, divergence)[0]?.id;
}

/** Runs one of the programs with the faults that it is short enough for, and that were not found yet. */
function seek(index: number, wanted: readonly Fault[]): void {
  const program = programOfRun(1, index);
  const memory = checksMemory(index);
  const isShort = program.commands.length <= SHORT;
  for (const fault of wanted.filter(({ name }) => !found.has(name) && (isShort || name in LESS_SMALL))) {
    const divergence = check(program, faultyHeap(fault), memory);
    if (divergence) found.set(fault.name, { program, memory, divergence });
  }
}

beforeAll(() => {
  for (const fault of faults) if (fault.name in SHOWN_BY) seek(SHOWN_BY[fault.name], [fault]);
  for (let index = 0; index < PROGRAMS && found.size < faults.length; index++) seek(index, faults);
}, PATIENCE);

test('every fault is found by drawn programs, but for the rarest', () => {
  expect(faults.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
});

test.each(faults)(
  '$name is shrunk to a small program, which names its clause, and at which nothing is wrong without it',
  (fault) => {
    const first = found.get(fault.name);
    if (first === undefined) throw new Error('it was not found');
    const { program, memory, divergence } = first;
    expect(check(program, optimizedHeap, memory)).toBeUndefined();
    const shrunk = shrinkProgram(program, (candidate) => {
      const now = check(candidate, faultyHeap(fault), memory);
      return now !== undefined && failsAlike(now, divergence);
    });
    expect(shrunk.minimal).toBe(true);
    expect(shrunk.program.commands.length).toBeLessThanOrEqual(LESS_SMALL[fault.name] ?? SMALL);
    expect(check(shrunk.program, optimizedHeap, memory)).toBeUndefined();

    expect(NAMED[fault.name]).toContain(firstClause(shrunk.program, fault, memory));
  },
  PATIENCE,
);

test.each(SHRUNK_BEFORE)('%s names its clause at %s', (name, text) => {
  const fault = faults.find((one) => one.name === name);
  if (fault === undefined) throw new Error('there is no such fault');
  expect(NAMED[name]).toContain(firstClause(parseProgram(text.replaceAll('; ', '\n')), fault, false));
});
