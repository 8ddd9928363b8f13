import type { Divergence, LockstepReport } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import type { TraceMismatch, TraceRecord } from '../traces/index.js';
import { describeCollapse, describeHang, type Sighting } from './beacon.js';
import type { Check } from './checking.js';
import { formatLimit } from './format.js';
import { HEAP_NAMES } from './heaps.js';
import type { Job, JobResult } from './job.js';
import type { JobWorkers } from './job-workers.js';
import type { Done } from './worker-pool.js';

/** A job from which no result came. */
export type Lost = Extract<Done<Job, JobResult>, { readonly kind: 'died' | 'hung' }>;

/** What came of a program that a worker ran. */
export type Run =
  | { readonly kind: 'ended'; readonly report: RunReport }
  /** Something other than a heap kept it from its end; `why` says what, and ends no sentence. */
  | { readonly kind: 'lost'; readonly why: string }
  | { readonly kind: 'stopped' };

/** The part of a {@link LockstepReport} that is known even where a heap did not come back. */
export type RunReport = Pick<LockstepReport, 'operations' | 'divergence'> & {
  readonly states?: number;
};

/**
 * Runs a program in a worker, so that a heap that hangs, or ends its thread, is a divergence like another.
 *
 * @param locate - Whether a finding is traced back to the first operation after which it shows.
 */
export async function runApart(
  pool: JobWorkers,
  program: Program,
  check: Check,
  locate: boolean,
): Promise<Run> {
  const done = await single(pool, { kind: 'run', program, check, locate });
  if (done.kind === 'result' && done.result.kind === 'run') {
    return { kind: 'ended', report: done.result.value };
  }
  if (done.kind !== 'died' && done.kind !== 'hung') return { kind: 'stopped' };
  const divergence = divergenceOf(done, program, check.patience);
  return divergence
    ? { kind: 'ended', report: { operations: done.at.operation, divergence } }
    : { kind: 'lost', why: done.why };
}

/** Does one job by itself. */
export async function single(pool: JobWorkers, job: Job): Promise<Done<Job, JobResult>> {
  for await (const done of pool.inOrder([job])) return done;
  return { job, index: 0, kind: 'stopped' };
}

/** What a heap did wrong that did not come back to say it; undefined where no heap was at work. */
export function divergenceOf(
  { kind, why, at }: Lost,
  program: Program,
  patience: number,
): Divergence | undefined {
  const fault = faultOf(kind, why, at, patience);
  if (fault === undefined) return undefined;
  return {
    kind: fault.kind,
    heap: fault.heap,
    commandIndex: at.index,
    operation: at.operation,
    command: at.index < 0 ? null : program.commands[at.index],
    message: `${fault.heap} ${fault.what}`,
    differences: [],
  };
}

/**
 * The same where a trace was replayed.
 *
 * @param records - The trace, once more.
 */
export async function mismatchOf(
  { kind, why, at }: Lost,
  file: string,
  records: AsyncIterable<TraceRecord>,
  patience: number,
): Promise<TraceMismatch | undefined> {
  const fault = faultOf(kind, why, at, patience);
  if (fault === undefined) return undefined;
  const performed = await operationAt(at.index, records);
  return {
    file,
    line: at.index,
    heap: fault.heap,
    operation: at.operation,
    ...(performed && { performed }),
    kind: fault.kind,
    crash: `it ${fault.what}`,
    differences: [],
  };
}

/** Why no result came, in half a sentence. */
export function describeLost({ kind, why, at }: Lost, patience: number): string {
  const fault = faultOf(kind, why, at, patience);
  return fault === undefined ? why : `${fault.heap} ${fault.what}`;
}

interface Fault {
  readonly kind: 'hang' | 'crash';
  readonly heap: string;
  /** Follows the heap's name. */
  readonly what: string;
}

function faultOf(kind: Lost['kind'], why: string, { call }: Sighting, patience: number): Fault | undefined {
  if (call === undefined) return undefined;
  const heap = HEAP_NAMES[call.heap];
  return kind === 'hung'
    ? { kind: 'hang', heap, what: describeHang(call, formatLimit(patience)) }
    : { kind: 'crash', heap, what: describeCollapse(call, why) };
}

/** The last operation up to a line of a trace. */
async function operationAt(
  line: number,
  records: AsyncIterable<TraceRecord>,
): Promise<TraceMismatch['performed']> {
  let last: TraceMismatch['performed'];
  for await (const record of records) {
    if (record.kind === 'step') last = record.operation;
    if (record.line >= line) break;
  }
  return last;
}
