import type { ShrinkingProgress } from './checking.js';
import type { Job, JobResult } from './verify-job.js';
import { WorkerPool } from './worker-pool.js';

/** Time, in ms, after which a program counts as one that never ends: it takes some milliseconds. */
const PROGRAM_TIME_LIMIT = 120_000;

/** Time, in ms, for anything else: a recording takes seconds, shrinking seldom a minute. */
const TIME_LIMIT = 600_000;

/** Workers for the jobs of a verification. */
export type JobWorkers = WorkerPool<Job, JobResult, ShrinkingProgress>;

/**
 * Makes workers for the jobs of a verification. A job that takes too long is ended, so that a heap that hangs can't
 * hang all.
 *
 * @param onNote - Called with each smaller program that a worker finds while it shrinks one.
 */
export function jobWorkers(size: number, onNote: (note: ShrinkingProgress) => void): JobWorkers {
  return new WorkerPool({
    script: new URL('./verify-worker.js', import.meta.url),
    size,
    timeLimit: (job) => (job.kind === 'program' || job.kind === 'generate' ? PROGRAM_TIME_LIMIT : TIME_LIMIT),
    onNote: (_job, note) => {
      onNote(note);
    },
  });
}
