import { isProgram } from '../is-program.js';
import { checkOptions, FUNCTION, type OptionKinds } from '../options.js';
import type { Program } from '../program.js';
import { candidates, firstState } from './shrink-state.js';

/** How to shrink. */
export interface ShrinkOptions {
  /** Most runs of the predicate, the one of the program itself among them; by default there is no limit. */
  readonly maxRuns?: number;
  /** Called after each run. */
  readonly onProgress?: (progress: ShrinkProgress) => void;
}

/** What has been reached so far. */
export interface ShrinkProgress {
  /** Runs of the predicate until now. */
  readonly runs: number;
  /** The simplest program that failed. */
  readonly program: Program;
  /** What is being simplified. */
  readonly stage: string;
  /** Whether the last run failed, so that `program` has become simpler. */
  readonly simpler: boolean;
}

/** What shrinking came to. */
export interface ShrinkResult {
  /** The simplest program that failed; its last run was a failure. */
  readonly program: Program;
  /** Runs of the predicate. */
  readonly runs: number;
  /**
   * Whether it is proven that no smaller step is left: no lifetime, no cycle and no single command can go, no argument
   * and no setting can be simpler, each by itself; nor can a lifetime go if a neighbour gets its pages, two cycles be
   * one, a command leave its cycle or the command that it runs inside of. False where the runs were used up before.
   */
  readonly minimal: boolean;
}

const KINDS: OptionKinds<ShrinkOptions> = {
  maxRuns: {
    expected: 'a number of runs, at least 1',
    allows: (value) => typeof value === 'number' && value >= 1,
  },
  onProgress: FUNCTION,
};

/**
 * Finds a smallest program that still fails. The handles of the result are numbered from 1; apart from their names
 * no program is run twice.
 *
 * @param fails - whether a program fails; it must answer the same whenever it is asked, whatever the names of handles.
 * @throws TypeError where `program` is no program, `fails` no function, or an option is unknown or of the wrong kind.
 * @throws Error where `program` does not fail to begin with.
 */
export function shrinkProgram(
  program: Program,
  fails: (program: Program) => boolean,
  options: ShrinkOptions = {},
): ShrinkResult {
  checkOptions<ShrinkOptions>('shrinkProgram', options, KINDS);
  if (typeof fails !== 'function') {
    throw new TypeError('shrinkProgram needs a function that says whether a program fails');
  }
  const search = shrinkSteps(program, options);
  let step = search.next();
  while (step.done !== true) step = search.next(fails(step.value));
  return step.value;
}

/**
 * The same search for a caller who runs the programs by himself, so that he can wait for what comes of them, or stop.
 * Gives program after program, first the one to be shrunk, and is told of each whether it fails.
 *
 * @throws as {@link shrinkProgram} does.
 */
export function* shrinkSteps(
  program: Program,
  options: ShrinkOptions = {},
): Generator<Program, ShrinkResult, boolean> {
  const { maxRuns = Infinity, onProgress } = options;
  if (!isProgram(program)) throw new TypeError('what is to be shrunk is no program');
  if (!(yield program)) throw new Error('the program does not fail, so there is nothing to shrink');
  let runs = 1;
  let state = firstState(program);
  let search = candidates(state);
  for (;;) {
    const { value: candidate } = search.next();
    if (candidate === undefined) return { program: state.program, runs, minimal: true };
    if (runs >= maxRuns) return { program: state.program, runs, minimal: false };
    runs++;
    const simpler = yield candidate.state.program;
    if (simpler) {
      state = candidate.state;
      search = candidates(state);
    }
    onProgress?.({ runs, program: state.program, stage: candidate.stage, simpler });
  }
}
