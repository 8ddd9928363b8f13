import { runLockstep, type Divergence, type LockstepReport, type ShapeCounter } from '../lockstep/index.js';
import { shrinkProgram, type Program } from '../programs/index.js';
import type { Beacon } from './beacon.js';
import { lockstepHeaps, watchedHeapOf, type HeapChoice } from './heaps.js';

/** What is run, and how closely it is watched. */
export interface Check {
  readonly heaps: HeapChoice;
  /** Whether the host owns real bytes, and what spans hold is checked too. */
  readonly memory: boolean;
  /** Time, in ms, after which a heap that does not come back from a call counts as one that hangs. */
  readonly patience: number;
}

/** Runs a program in lockstep, and names the first operation after which something is wrong. */
export function checkProgram(program: Program, check: Check, beacon: Beacon): LockstepReport {
  return runWatched(program, check, beacon, { locate: true });
}

/** Runs a program in lockstep only to see whether something is wrong: the operation that is named may come late. */
export function tryProgram(
  program: Program,
  check: Check,
  beacon: Beacon,
  watch: Watch = {},
): LockstepReport {
  return runWatched(program, check, beacon, { locate: false, ...watch });
}

/** What is seen of a run besides whether something is wrong. */
export interface Watch {
  readonly shapes?: ShapeCounter;
  /** Called before each operation, those inside of others among them. */
  readonly beginOperation?: () => void;
}

function runWatched(
  program: Program,
  { heaps, memory }: Check,
  beacon: Beacon,
  { locate, shapes, beginOperation }: Watch & { readonly locate: boolean },
): LockstepReport {
  const [first, ...others] = lockstepHeaps(heaps);
  const watched = (name: typeof first): ReturnType<typeof watchedHeapOf> => watchedHeapOf(name, beacon);
  return runLockstep(program, {
    heaps: [watched(first), ...others.map(watched)],
    memory,
    locate,
    ...(shapes && { shapes }),
    onOperation: (operation, index) => {
      beacon.place(operation, index);
      beginOperation?.();
    },
  });
}

/** A failing program that was made smaller. */
export interface Shrunk {
  readonly program: Program;
  readonly divergence: Divergence;
  /** Programs that were run on the way. */
  readonly runs: number;
  /** Whether every step that would make it smaller was tried, and none of them fails. */
  readonly minimal: boolean;
}

/** Shrinks a program that fails, here and now: for heaps that are known to come back. */
export function shrinkHere(program: Program, divergence: Divergence, check: Check, beacon: Beacon): Shrunk {
  const shrunk = shrinkProgram(program, (candidate) => {
    const found = tryProgram(candidate, check, beacon).divergence;
    return found !== undefined && failsAlike(found, divergence);
  });
  return { ...shrunk, divergence: checkProgram(shrunk.program, check, beacon).divergence ?? divergence };
}

/**
 * Whether two failures may have one cause. Anything that heaps do wrong may, since a smaller program is compared more
 * often and so shows the same defect sooner. But what a program expects of itself can become untrue by taking commands
 * away, with no heap at fault: only a failure of that kind, of the same heap, may be shrunk to another one.
 */
export function failsAlike(found: Divergence, wanted: Divergence): boolean {
  return found.kind !== 'expectation' || (wanted.kind === 'expectation' && found.heap === wanted.heap);
}
