import type { Divergence } from '../lockstep/index.js';
import { shrinkSteps, type Program } from '../programs/index.js';
import { failsAlike, type Check, type Shrunk } from './checking.js';
import { formatDuration } from './format.js';
import type { JobWorkers } from './job-workers.js';
import { runApart, type Run } from './run-apart.js';

/** Time, in ms, after which shrinking ends with what it has: it seldom takes a minute. */
const TIME_LIMIT = 600_000;

/** Least time, in ms, that a heap has for a call while a program is shrunk, if the user allows it as much. */
const LEAST_PATIENCE = 1000;

/** A heap has so many times as long for one call as the longest program that came back took as a whole. */
const PATIENCE_FACTOR = 5;

/** A program that fails, and how. */
export interface Failing {
  readonly program: Program;
  readonly check: Check;
  readonly divergence: Divergence;
}

/** How far shrinking has come. */
export interface ShrinkingProgress {
  /** The smallest program so far that fails. */
  readonly program: Program;
  /** Programs that were run so far. */
  readonly runs: number;
}

/** What shrinking came to. */
export interface ShrinkingEnd extends Shrunk {
  /** Why it ended early, if it did. */
  readonly trouble?: string;
}

/**
 * Shrinks a program that fails, each try in a worker. A try over which a heap hangs fails too, and costs the time until
 * that is believed: much less than the user would wait, as all others come back at once. What is left at the end is run
 * once more with all the patience that the user has.
 *
 * @param onRun - Called after each run.
 */
export async function shrinkApart(
  failing: Failing,
  pool: JobWorkers,
  onRun: (progress: ShrinkingProgress) => void,
  timeLimit = TIME_LIMIT,
): Promise<ShrinkingEnd> {
  const { check, divergence } = failing;
  const deadline = performance.now() + timeLimit;
  const search = shrinkSteps(startOf(failing));
  let smallest = failing;
  let runs = 0;
  let slowest = 0;

  let step = search.next();
  while (step.done !== true) {
    if (performance.now() > deadline) break;
    const program = step.value;
    const patience = Math.min(check.patience, Math.max(LEAST_PATIENCE, PATIENCE_FACTOR * slowest));
    const begun = performance.now();
    const run = await runApart(pool, program, { ...check, patience }, false);
    if (run.kind !== 'ended') return { ...smallest, runs, minimal: false, trouble: whyNot(run) };
    const found = run.report.divergence;
    if (found?.kind !== 'hang') slowest = Math.max(slowest, performance.now() - begun);
    runs++;
    const fails = found !== undefined && failsAlike(found, divergence);
    if (fails) smallest = { program, check, divergence: found };
    else if (runs === 1) {
      return { ...failing, runs: 0, minimal: false, trouble: 'it does not fail when it is run again' };
    }
    onRun({ program: smallest.program, runs });
    step = search.next(fails);
  }

  const last = await runApart(pool, smallest.program, check, true);
  if (last.kind !== 'ended') return { ...smallest, runs, minimal: false, trouble: whyNot(last) };
  const found = last.report.divergence;
  if (found === undefined) {
    return { ...failing, runs, minimal: false, trouble: 'what it led to comes back, if one waits longer' };
  }
  const end = { program: smallest.program, divergence: found, runs };
  return step.done === true
    ? { ...end, minimal: true }
    : { ...end, minimal: false, trouble: `it took more than ${formatDuration(timeLimit)}` };
}

/** What comes after a hang never ran. */
function startOf({ program, divergence }: Failing): Program {
  const { kind, commandIndex, lastIndex = commandIndex } = divergence;
  return kind === 'hang' ? { ...program, commands: program.commands.slice(0, lastIndex + 1) } : program;
}

function whyNot(run: Exclude<Run, { readonly kind: 'ended' }>): string {
  return run.kind === 'stopped' ? 'it was interrupted' : run.why;
}
