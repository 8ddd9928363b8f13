import { parentPort } from 'node:worker_threads';
import type { ShrinkingProgress } from './checking.js';
import { runJob } from './run-job.js';
import type { Job, JobResult } from './verify-job.js';
import type { WorkerMessage } from './worker-pool.js';

/** The module that each worker thread of a verification runs: it does the jobs that it is sent, one after another. */
const port = parentPort;
if (port === null) throw new Error('this module is for worker threads: "heapspec verify" begins them');

const send = (message: WorkerMessage<JobResult, ShrinkingProgress>): void => port.postMessage(message);

port.on('message', (job: Job) => {
  runJob(job, (note) => send({ note })).then(
    (result) => send({ result }),
    (error: unknown) => send({ error: error instanceof Error ? error.message : String(error) }),
  );
});
