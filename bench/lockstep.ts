import fc from 'fast-check';
import { assertLockstep, heapPrograms, optimizedHeap, referenceHeap, type LockstepOptions } from 'heapspec';

// How fast programs are generated and run on both heaps at once, as a property does it: outcomes and statistics are
// compared after every operation, states at the default rhythm. The rate must not fall with the length of programs.

/** What programs are about: spans, or objects with the cycles of the collector. */
type Level = 'pages' | 'objects';

/** The rate for programs of one length. */
export interface LockstepRow {
  /** Commands of each program. */
  readonly commands: number;
  /** What the programs are about. */
  readonly level: Level;
  /** Whether the host owns real bytes and watches what becomes of them. */
  readonly memory: boolean;
  /** Operations a second on one core, generation of the programs included; the median of all batches. */
  readonly operationsPerSecond: number;
  /** The same in the slowest and the fastest quarter of the batches. */
  readonly quartiles: readonly [slow: number, fast: number];
}

const LENGTHS = [250, 1000, 4000, 10_000];

/** Commands that a batch runs, in programs of whatever length. */
const BATCH = 20_000;

const BATCHES = 15;

/** One length of programs with its batches so far. */
interface Workload {
  readonly commands: number;
  readonly level: Level;
  readonly memory: boolean;
  readonly rates: number[];
}

/**
 * Generates programs and runs them on both heaps.
 *
 * @param commands - Commands of each program.
 * @returns the operations that both heaps performed.
 */
export function runPrograms(
  commands: number,
  programs: number,
  seed: number,
  options: Partial<LockstepOptions> = {},
  level: Level = 'pages',
): number {
  const arbitrary = heapPrograms({ level, minCommands: commands, maxCommands: commands, misuse: 0 });
  let operations = 0;
  const property = fc.property(arbitrary, (program) => {
    operations += assertLockstep(program, { heaps: [referenceHeap, optimizedHeap], ...options }).operations;
  });
  fc.assert(property, { numRuns: programs, seed });
  return operations;
}

/** Measures all lengths, their batches in turn, so that a busy machine slows all of them alike. */
export function lockstepRows(batches = BATCHES): LockstepRow[] {
  const workloads: Workload[] = [
    ...LENGTHS.map((commands): Workload => ({ commands, level: 'pages', memory: false, rates: [] })),
    { commands: 1000, level: 'pages', memory: true, rates: [] },
    { commands: 1000, level: 'objects', memory: false, rates: [] },
    { commands: 1000, level: 'objects', memory: true, rates: [] },
  ];
  for (let seed = 0; seed <= batches; seed++) {
    for (const { commands, level, memory, rates } of workloads) {
      const begun = performance.now();
      const operations = runPrograms(commands, BATCH / commands, seed, { memory }, level);
      const rate = operations / ((performance.now() - begun) / 1000);
      // The first batch is for the compiler.
      if (seed > 0) rates.push(rate);
    }
  }
  return workloads.map(rowOf);
}

function rowOf({ commands, level, memory, rates }: Workload): LockstepRow {
  const sorted = rates.toSorted((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.floor((sorted.length - 1) * share)]);
  return { commands, level, memory, operationsPerSecond: at(0.5), quartiles: [at(0.25), at(0.75)] };
}
