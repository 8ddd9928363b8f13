import type { Program } from '../programs/program.js';
import { runLockstep } from './lockstep.js';
import { renderDivergence } from './render.js';
import type { Divergence, LockstepOptions, LockstepReport } from './report.js';

/** Heaps that should have agreed on a program did not; the message is the whole finding, with the program's text. */
export class LockstepError extends Error {
  override readonly name = 'LockstepError';
  readonly program: Program;
  readonly divergence: Divergence;

  constructor(program: Program, divergence: Divergence) {
    super(renderDivergence(program, divergence));
    this.program = program;
    this.divergence = divergence;
  }
}

/**
 * Runs a program in lockstep, for use in a property.
 *
 * @throws TypeError, RangeError as `runLockstep` does.
 * @throws {@link LockstepError} where the heaps diverge or one of them is broken.
 */
export function assertLockstep(program: Program, options: LockstepOptions): LockstepReport {
  const report = runLockstep(program, options);
  if (report.divergence) throw new LockstepError(program, report.divergence);
  return report;
}
