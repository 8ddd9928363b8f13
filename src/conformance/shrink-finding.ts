import { shrinkSteps, type Program } from '../programs/index.js';
import { tryProgram, type Subject, type Trial } from './trial.js';

/** A failing program made small. */
export interface Shrunk {
  readonly trial: Trial;
  /** Whether it is proven that nothing smaller fails. */
  readonly minimal: boolean;
  /** Runs of the implementation. */
  readonly runs: number;
}

/** Most runs over a program on which the implementation hangs, each of which takes the whole time limit. */
const RUNS_OF_A_HANG = 12;

/** How far a program is made small. */
export interface ShrinkLimits {
  /** Runs of the implementation, at most. */
  readonly maxRuns: number;
  /** Asked before each run: whether there is time for it. */
  readonly goesOn: () => boolean;
  /** Whether a smaller program that fails, fails as it should; by default each that does not break down otherwise. */
  readonly isAlike?: (smaller: Trial) => boolean;
}

/** Makes a failing program as small as it gets by running smaller ones on the implementation itself. */
export async function shrinkAgainst(
  subject: Subject,
  failing: Trial,
  written: boolean,
  { maxRuns, goesOn, isAlike = () => true }: ShrinkLimits,
): Promise<Shrunk> {
  let best = failing;
  let runs = 0;
  const failsAlike = async (program: Program): Promise<boolean> => {
    runs++;
    const trial = await tryProgram(subject, program, written);
    const alike =
      trial.divergence !== undefined && trial.breakdown?.kind === failing.breakdown?.kind && isAlike(trial);
    if (alike) best = trial;
    return alike;
  };
  const most = failing.breakdown?.kind === 'timed-out' ? Math.min(maxRuns, RUNS_OF_A_HANG) : maxRuns;
  const { commandIndex = -1, lastIndex = commandIndex } = failing.divergence ?? {};
  const { program } = failing;
  // Most of a long program is behind the finding.
  if (runs < most && lastIndex + 1 < program.commands.length) {
    await failsAlike({ ...program, commands: program.commands.slice(0, lastIndex + 1) });
  }
  const search = shrinkSteps(best.program, {});
  search.next();
  let step = search.next(true);
  while (step.done !== true) {
    if (runs >= most || !goesOn()) return { trial: best, minimal: false, runs };
    step = search.next(await failsAlike(step.value));
  }
  return { trial: best, minimal: step.value.minimal, runs };
}
