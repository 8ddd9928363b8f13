import { setFlagsFromString } from 'node:v8';
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
  /** Jobs that each is given ahead, as a pool of workers says. */
  readonly ahead?: number;
  /** Called now and then with where a worker is, and for how many ms. */
  readonly onSight?: (job: Job, at: Sighting, since: number) => void;
}

/**
 * Space for what is young in the memory of a worker, in MiB: three times what there is by default, since a program makes
 * much that is dropped at once, and seldom is any of it still in use when there is room for a whole program.
 */
const YOUNG_GENERATION = 96;

/**
 * Settings of V8 for the whole process, since it has none for a worker. Where each core has its worker, threads that help
 * one to collect its garbage or to compile only keep another one waiting: there is no help with garbage, and what runs is
 * compiled late and with little of what it calls, as each worker compiles both heaps and all checks for itself. V8 tells
 * on standard error of a setting that it does not know.
 */
const FLAGS = [
  '--no-parallel-scavenge',
  '--interrupt-budget=400000',
  '--max-inlined-bytecode-size-cumulative=400',
];

/** Makes workers for jobs. One that a heap hangs, or ends, is ended and replaced. */
export function jobWorkers({ size, patience, ahead, onSight }: JobWorkersOptions): JobWorkers {
  for (const flag of FLAGS) setFlagsFromString(flag);
  return new WorkerPool({
    script: new URL('./job-worker.js', import.meta.url),
    size,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION },
    patience: (job) => ('check' in job ? job.check.patience : patience),
    ...(ahead !== undefined && { ahead }),
    ...(onSight && { onSight }),
  });
}
