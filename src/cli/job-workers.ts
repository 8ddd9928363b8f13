import type { Sighting } from './beacon.js';
import type { Job, JobResult } from './job.js';
import { WorkerPool } from './worker-pool.js';

/** Workers for all that runs heaps. */
export type JobWorkers = WorkerPool<Job, JobResult>;

/** How {@link jobWorkers} are made. */
export interface JobWorkersOptions {
  /** Number of workers at most. */
  readonly size: number;
  /** Time, in ms, after which a heap that does not come back hangs, for jobs that do not say so themselves. */
  readonly patience: number;
  /** Called now and then with where a worker is, and for how many ms. */
  readonly onSight?: (job: Job, at: Sighting, since: number) => void;
}

/** Makes workers for jobs. One that a heap hangs, or ends, is ended and replaced. */
export function jobWorkers({ size, patience, onSight }: JobWorkersOptions): JobWorkers {
  return new WorkerPool({
    script: new URL('./job-worker.js', import.meta.url),
    size,
    patience: (job) => ('check' in job ? job.check.patience : patience),
    ...(onSight && { onSight }),
  });
}
