import type { Divergence, LockstepReport } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import {
  nestedPlaces,
  type NestedPlace,
  type TraceMismatch,
  type TraceRecord,
  type TraceStep,
} from '../traces/index.js';
import { describeCollapse, describeHang, type Sighting } from './beacon.js';
import type { Check } from './checking.js';
import { CliError } from './exit-code.js';
import { isFailure, type Failure } from './failure.js';
import { formatLimit } from './format.js';
import { HEAP_NAMES } from './heaps.js';
import { readProgram, type Input } from './input.js';
import type { Job, JobResult } from './job.js';
import type { JobWorkers } from './job-workers.js';
import { packProgram } from './packed-program.js';
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
 * @param program - It, or where it can be read: a long one is read faster than it is sent.
 * @param locate - Whether a finding is traced back to the first operation after which it shows.
 * @throws CliError where it can't be read.
 */
export async function runApart(
  pool: JobWorkers,
  program: Program | Input,
  check: Check,
  locate: boolean,
): Promise<Run> {
  const sent = 'source' in program ? program : await packProgram(program, () => pool.isClosed);
  if (sent === undefined) return { kind: 'stopped' };
  const done = await single(pool, { kind: 'run', program: sent, check, locate });
  if (done.kind === 'result' && done.result.kind === 'run') {
    return { kind: 'ended', report: succeeded(done.result.value) };
  }
  if (done.kind !== 'died' && done.kind !== 'hung') return { kind: 'stopped' };
  const known = 'source' in program ? await readProgram(program) : program;
  const divergence = divergenceOf(done, known, check.patience);
  return divergence
    ? { kind: 'ended', report: { operations: done.at.operation, divergence } }
    : { kind: 'lost', why: done.why };
}

/** What came of a job that may fail. @throws CliError where it did. */
export function succeeded<T>(value: T): Exclude<T, Failure> {
  if (isFailure(value)) throw new CliError(value.exitCode, value.error);
  return value as Exclude<T, Failure>;
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
  const lastIndex = lastInside(program, at.index);
  return {
    kind: fault.kind,
    heap: fault.heap,
    commandIndex: at.index,
    operation: at.operation,
    command: at.index < 0 ? null : program.commands[at.index],
    message: `${fault.heap} ${fault.what}`,
    differences: [],
    ...(lastIndex > at.index && { lastIndex }),
  };
}

/** The last command that may have run inside of the one at an index, or of the one around that. */
function lastInside({ commands }: Program, index: number): number {
  if (index < 0) return index;
  const next = commands.findIndex(({ claim = [] }, other) => other > index && claim.length === 0);
  return (next < 0 ? commands.length : next) - 1;
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
  return {
    file,
    line: at.index,
    heap: fault.heap,
    ...(await placeIn(records, at)),
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

/** The last step up to a line of a trace and, where an operation inside of that one was under way, that. */
async function placeIn(
  records: AsyncIterable<TraceRecord>,
  { index: line, operation: begun }: Sighting,
): Promise<Pick<TraceMismatch, 'operation' | 'performed' | 'nested'>> {
  let operation = 0;
  let last: TraceStep | undefined;
  /** Operations before those of the last step. */
  let before = 0;
  let inside: readonly NestedPlace[] = [];
  for await (const record of records) {
    if (record.kind === 'step') {
      if (last) before += 1 + inside.length;
      operation++;
      last = record;
      inside = nestedPlaces(record);
    }
    if (record.line >= line) break;
  }
  if (last === undefined) return { operation };
  // The step itself is the first of its operations.
  const number = last.line === line ? begun - before - 1 : 0;
  const nested = number > 0 ? inside.at(number - 1) : undefined;
  return { operation, performed: last.operation, ...(nested && { nested }) };
}
