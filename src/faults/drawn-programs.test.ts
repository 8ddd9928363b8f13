import { failsAlike } from '../cli/checking.js';
import { checksMemory, programOfRun } from '../fuzzing/index.js';
import { runLockstep, type Divergence } from '../lockstep/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { shrinkProgram, type Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import type { HeapFactory } from '../spec/index.js';
import { FAULTS, faultyHeap } from './catalogue.js';

/** Programs of a run in which every fault is found, but for {@link RARE}. */
const PROGRAMS = 4000;

/** A fault that drawn programs do not show: several cycles have to go before it, and a claim in the right one. */
const RARE: ReadonlySet<string> = new Set(['reclaim-stops-at-claimed']);

/** Commands of what the programs are shrunk to. */
const SMALL = 12;

/** Commands of the programs that are run: shorter ones are shrunk sooner. */
const SHORT = 100;

/** Where a fault needs more: a window of 64 slots full, perhaps of two tiny objects each, all allocated and marked. */
const LESS_SMALL: Readonly<Record<string, number>> = { 'overlooks-last-slot': 2 * 2 * 64 + SMALL };

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

beforeAll(() => {
  for (let index = 0; index < PROGRAMS && found.size < faults.length; index++) {
    const program = programOfRun(1, index);
    const memory = checksMemory(index);
    const isShort = program.commands.length <= SHORT;
    for (const fault of faults.filter(({ name }) => !found.has(name) && (isShort || name in LESS_SMALL))) {
      const divergence = check(program, faultyHeap(fault), memory);
      if (divergence) found.set(fault.name, { program, memory, divergence });
    }
  }
}, PATIENCE);

test('every fault is found by drawn programs, but for the rarest', () => {
  expect(faults.map(({ name }) => name).filter((name) => !found.has(name))).toEqual([]);
});

test.each(faults)(
  '$name is shrunk to a small program, at which nothing is wrong without it',
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
  },
  PATIENCE,
);
