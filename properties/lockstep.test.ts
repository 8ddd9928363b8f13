import fc from 'fast-check';
import {
  assertLockstep,
  heapPrograms,
  optimizedHeap,
  referenceHeap,
  SHAPES,
  ShapeCounter,
  type HeapProgramsOptions,
  type LockstepOptions,
  type Program,
} from 'heapspec';
import assert from 'node:assert/strict';
import { forAllPrograms, RUNS } from './for-all-programs.js';

/** What all runs of this file have gone through together. */
const shapes = new ShapeCounter();

function inLockstep(options: Partial<LockstepOptions> = {}): (program: Program) => void {
  return (program) => {
    assertLockstep(program, { heaps: [referenceHeap, optimizedHeap], shapes, ...options });
  };
}

/** Programs whose host refuses memory again and again; nothing else in them counts on getting any. */
const WITH_REFUSALS = fc
  .tuple(
    heapPrograms({ maxCommands: 200, misuse: 0 }),
    fc.nat(0xffffffff),
    fc.constantFrom(1 / 16, 1 / 4, 1 / 2, 7 / 8),
  )
  .map(([program, seed, refusals]): Program => ({ ...program, host: { seed, refusals } }));

interface Scenario {
  readonly programs: HeapProgramsOptions | fc.Arbitrary<Program>;
  readonly runs: number;
  readonly lockstep?: Partial<LockstepOptions>;
}

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'short programs, state after every operation': {
    programs: { maxCommands: 100 },
    runs: 600,
    lockstep: { states: 'every' },
  },
  'programs of the default kind': { programs: {}, runs: 250 },
  'long programs': { programs: { minCommands: 4000, maxCommands: 10_000 }, runs: 6 },
  'what spans hold': { programs: { maxCommands: 400 }, runs: 150, lockstep: { memory: true } },
  'objects, state after every operation': {
    programs: { level: 'objects', maxCommands: 120 },
    runs: 300,
    lockstep: { states: 'every' },
  },
  'what objects hold': {
    programs: { level: 'objects', maxCommands: 600 },
    runs: 100,
    lockstep: { memory: true },
  },
  'long programs with objects': {
    programs: { level: 'objects', minCommands: 2000, maxCommands: 6000 },
    runs: 16,
  },
  'misuse in every program': { programs: { maxCommands: 120, misuse: 1 }, runs: 600 },
  'an operating system that refuses memory': { programs: WITH_REFUSALS, runs: 200 },
  'arenas that are soon full': { programs: { maxCommands: 200, maxArenaPages: 200 }, runs: 300 },
  'the largest arena, as high as it may begin': {
    programs: { maxCommands: 300, config: { arenaPages: 2 ** 26, arenaStart: 2 ** 52 } },
    runs: 100,
  },
  'spans of 2^20 pages and more': { programs: { maxCommands: 600, giants: 1 }, runs: 40 },
  'an arena that begins at the nil pointer': {
    programs: { maxCommands: 100, config: { arenaStart: 0 } },
    runs: 100,
  },
  'growth page by page, short lists': {
    programs: { maxCommands: 200, config: { growRound: 8192, heapAllocChunk: 0, maxHeapList: 3 } },
    runs: 200,
  },
  'no list of exact length at all': {
    programs: { maxCommands: 200, config: { growRound: 8192, heapAllocChunk: 5 * 8192, maxHeapList: 1 } },
    runs: 100,
  },
  'physical pages wider than most spans': {
    programs: { maxCommands: 200, config: { physPageSize: 2 ** 20 } },
    runs: 100,
  },
};

/** Scenarios that ran to their end. */
let finished = 0;

describe('the heaps agree on', () => {
  test.each(Object.entries(SCENARIOS))('%s', async (_name, { programs, runs, lockstep }) => {
    await forAllPrograms(programs, runs, inLockstep(lockstep));
    finished++;
  });
});

test('these runs go through every required shape', () => {
  assert.equal(finished, Object.keys(SCENARIOS).length, 'run the whole file: it is about all runs together');
  const required = SHAPES.filter((shape) => shape.required);
  assert(required.length >= 40);
  const missed = shapes.unreached().filter((shape) => shape.required);
  // Fewer runs than usual reach less.
  if (RUNS === undefined) assert.deepEqual(missed, []);
});
