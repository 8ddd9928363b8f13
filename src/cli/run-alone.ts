import { renderDivergence } from '../lockstep/index.js';
import { readTrace, renderMismatch } from '../traces/index.js';
import type { Sighting } from './beacon.js';
import { CliError, EXIT, incompleteError } from './exit-code.js';
import type { Failure } from './failure.js';
import { replayLine } from './finding.js';
import { formatCount } from './format.js';
import { bytesOf, readProgram, type Input } from './input.js';
import type { JobResult, JobResults, RecordJob, ShowJob } from './job.js';
import { jobWorkers } from './job-workers.js';
import { printableLine } from './printable.js';
import { divergenceOf, mismatchOf, single, succeeded, type Lost } from './run-apart.js';

/** How a job is done. */
export interface AloneOptions {
  /** The file as the user named it; undefined where it can't be read again. */
  readonly path: string | undefined;
  /** Time, in ms, after which a heap that does not come back from a call counts as one that hangs. */
  readonly patience: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
  /** What an early end leaves undone, in words: `nothing was written`. */
  readonly undone: string;
  /** Called now and then with where the job is. */
  readonly onSight?: (at: Sighting) => void;
}

type AloneJob = RecordJob | ShowJob;

/**
 * Does a job of one heap in a worker: so a heap that hangs can be ended, and Ctrl-C is heard.
 *
 * @throws CliError where the job can't be done, was ended early, or the heap did not come back.
 */
export async function runAlone<Kind extends AloneJob['kind']>(
  job: Extract<AloneJob, { readonly kind: Kind }>,
  options: AloneOptions,
): Promise<Exclude<JobResults[Kind], Failure>> {
  const { signal, patience } = options;
  let last: Sighting | undefined;
  const pool = jobWorkers({
    size: 1,
    patience,
    onSight: (_job, at) => {
      last = at;
      options.onSight?.(at);
    },
  });
  const stop = (): void => void pool.close();
  signal.addEventListener('abort', stop);
  try {
    const done = await single(pool, job);
    if (done.kind === 'hung' || done.kind === 'died') throw await errorOf(done, job, options);
    if (done.kind === 'result' && isOfKind(done.result, job.kind)) return succeeded(done.result.value);
    throw incompleteError(`interrupted ${placeOf(job.input, last)}: ${options.undone}`);
  } finally {
    signal.removeEventListener('abort', stop);
    await pool.close();
  }
}

function isOfKind<Kind extends JobResult['kind']>(
  result: JobResult,
  kind: Kind,
): result is JobResult & { readonly kind: Kind; readonly value: JobResults[Kind] } {
  return result.kind === kind;
}

/** How far a job has come, in words. */
export function placeOf({ name }: Input, at: Sighting | undefined): string {
  if (at?.operation === 0 && at.commands > 0) return `before the first operation of ${name}`;
  if (at === undefined || at.operation === 0) return `while reading ${name}`;
  const of = at.commands === 0 ? '' : ` of ${formatCount(at.commands)}`;
  return `in operation ${formatCount(at.operation)}${of} of ${name}`;
}

/** What a heap did that did not come back, or what else kept the job from its end. */
async function errorOf(
  lost: Lost,
  { input, heap }: AloneJob,
  { path, patience }: AloneOptions,
): Promise<CliError> {
  const finding =
    input.kind === 'program'
      ? await programFinding(lost, input, patience)
      : await traceFinding(lost, input, patience);
  if (finding === undefined) return incompleteError(`the run of ${input.name} ${lost.why}`);
  const again = path === undefined ? '' : `\n\nagain: ${printableLine(replayLine(path, heap, patience))}`;
  return new CliError(EXIT.failed, finding + again);
}

async function programFinding(lost: Lost, input: Input, patience: number): Promise<string | undefined> {
  const program = await readProgram(input);
  const divergence = divergenceOf(lost, program, patience);
  return divergence && renderDivergence(program, divergence);
}

async function traceFinding(
  lost: Lost,
  { name, source }: Input,
  patience: number,
): Promise<string | undefined> {
  const mismatch = await mismatchOf(lost, name, readTrace(bytesOf(source, name), { name }), patience);
  return mismatch && renderMismatch(mismatch);
}
