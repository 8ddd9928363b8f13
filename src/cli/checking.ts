import { runLockstep, type Divergence, type LockstepReport, type ShapeCounter } from '../lockstep/index.js';
import { shrinkProgram, type Program } from '../programs/index.js';
import { lockstepHeaps, type HeapChoice } from './heaps.js';

/** What is run, and how closely it is watched. */
export interface Check {
  readonly heaps: HeapChoice;
  /** Whether the host owns real bytes, and what spans hold is checked too. */
  readonly memory: boolean;
}

/** Runs a program in lockstep, and names the first operation after which something is wrong. */
export function checkProgram(program: Program, check: Check): LockstepReport {
  return runLockstep(program, { heaps: lockstepHeaps(check.heaps), memory: check.memory });
}

/** Runs a program in lockstep only to see whether something is wrong: the operation that is named may come late. */
export function tryProgram(program: Program, check: Check, shapes?: ShapeCounter): LockstepReport {
  const heaps = lockstepHeaps(check.heaps);
  return runLockstep(program, { heaps, memory: check.memory, locate: false, ...(shapes && { shapes }) });
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

/** How far shrinking has come. */
export interface ShrinkingProgress {
  /** The smallest program so far that fails. */
  readonly program: Program;
  /** Programs that were run so far. */
  readonly runs: number;
}

/**
 * Shrinks a program that fails.
 *
 * @param divergence - How it fails.
 * @param onSmaller - Called with each smaller program that still fails.
 */
export function shrinkFailure(
  program: Program,
  divergence: Divergence,
  check: Check,
  onSmaller: (progress: ShrinkingProgress) => void,
): Shrunk {
  const fails = (candidate: Program): boolean => {
    const found = tryProgram(candidate, check).divergence;
    return found !== undefined && failsAlike(found, divergence);
  };
  const shrunk = shrinkProgram(program, fails, {
    onProgress: (progress) => {
      if (progress.simpler) onSmaller({ program: progress.program, runs: progress.runs });
    },
  });
  return { ...shrunk, divergence: checkProgram(shrunk.program, check).divergence ?? divergence };
}

/**
 * Whether two failures may have one cause. Anything that heaps do wrong may, since a smaller program is compared more
 * often and so shows the same defect sooner. But what a program expects of itself can become untrue by taking commands
 * away, with no heap at fault: only a failure of that kind may be shrunk to another one.
 */
function failsAlike(found: Divergence, wanted: Divergence): boolean {
  return (found.kind === 'expectation') === (wanted.kind === 'expectation');
}
