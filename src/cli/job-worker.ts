import { parentPort, workerData } from 'node:worker_threads';
import { Beacon } from './beacon.js';
import { runJob } from './run-job.js';
import type { Job, JobResult } from './job.js';
import type { WorkerMessage } from './worker-pool.js';

/** The module that each worker thread runs: it does the jobs that it is sent, one after another. */
const port = parentPort;
if (port === null) throw new Error('this module is for worker threads: the command line begins them');

const beacon = new Beacon(workerData as SharedArrayBuffer);
const send = (message: WorkerMessage<JobResult>): void => port.postMessage(message);

let free = Promise.resolve();
port.on('message', (job: Job) => {
  free = free
    .then(() => runJob(job, beacon))
    .then(
      (result) => send({ result }),
      (error: unknown) => send({ error: error instanceof Error ? error.message : String(error) }),
    );
});
