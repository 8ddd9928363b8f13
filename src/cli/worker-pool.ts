import { Worker } from 'node:worker_threads';

/** What became of a job. */
export type Done<Job, Result> = { readonly job: Job; readonly index: number } & (
  | { readonly kind: 'result'; readonly result: Result }
  /** The worker ended, or had to be ended, before the job did; `why` says how, and ends no sentence. */
  | { readonly kind: 'died'; readonly why: string }
  /** The pool was closed before the job was done. */
  | { readonly kind: 'stopped' }
);

/** What a worker sends: notes on the way, and at last a result or an error. */
export type WorkerMessage<Result, Note> =
  { readonly note: Note } | { readonly result: Result } | { readonly error: string };

/** How a {@link WorkerPool} works. */
export interface WorkerPoolOptions<Job, Note> {
  /** The module that each worker runs: it takes jobs as messages, and answers with a {@link WorkerMessage}. */
  readonly script: URL;
  /** Number of workers at most. */
  readonly size: number;
  /** Time, in ms, that a job may take before its worker is ended. */
  readonly timeLimit: (job: Job) => number;
  /** Called with what a worker says of a job that it still works on. */
  readonly onNote?: (job: Job, note: Note) => void;
}

/** Jobs that may be finished before the oldest one that is not: more wait. */
const WINDOW = 4096;

/** Does jobs on worker threads, and gives the results in the order of the jobs, however many workers there are. */
export class WorkerPool<Job, Result, Note = never> {
  readonly #lanes: Lane<Job, Result, Note>[];
  #closed = false;
  #running = false;

  constructor(options: WorkerPoolOptions<Job, Note>) {
    this.#lanes = Array.from({ length: options.size }, () => new Lane(options));
  }

  /**
   * Does all jobs; they are asked for one by one, when a worker is free. Once the caller stops asking for results, no
   * more jobs are begun.
   *
   * @throws Error where the run before is not over: a worker takes one job at a time.
   */
  async *inOrder(jobs: Iterable<Job>): AsyncGenerator<Done<Job, Result>> {
    if (this.#running) throw new Error('the pool is still at the jobs before');
    this.#running = true;
    const iterator = jobs[Symbol.iterator]();
    const results: Promise<Done<Job, Result>>[] = [];
    let idle: Lane<Job, Result, Note>[] = [];
    let begun = 0;
    let ended = false;
    const feed = (lane: Lane<Job, Result, Note>): void => {
      if (ended || this.#closed) return;
      if (results.length >= WINDOW) {
        idle.push(lane);
        return;
      }
      const next = iterator.next();
      if (next.done === true) {
        ended = true;
        return;
      }
      results.push(
        lane.perform(next.value, begun++).then((done) => {
          feed(lane);
          return done;
        }),
      );
    };
    this.#lanes.forEach(feed);
    try {
      for (let head = results.at(0); head !== undefined; head = results.at(0)) {
        const done = await head;
        void results.shift();
        const waiting = idle;
        idle = [];
        for (const lane of waiting) feed(lane);
        yield done;
      }
    } finally {
      ended = true;
      // Those that are still at work are waited for.
      await Promise.all(results);
      this.#running = false;
    }
  }

  /** Ends all workers; jobs that are not done are `stopped`. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}

/** One worker at a time: begun with the first job, and anew when it died. */
class Lane<Job, Result, Note> {
  readonly #options: WorkerPoolOptions<Job, Note>;
  #worker: Worker | undefined;
  /** Takes the signs of the job that the worker has. */
  #listener: (sign: WorkerMessage<Result, Note>) => void = () => undefined;
  #stop: () => void = () => undefined;

  constructor(options: WorkerPoolOptions<Job, Note>) {
    this.#options = options;
  }

  async perform(job: Job, index: number): Promise<Done<Job, Result>> {
    const worker = (this.#worker ??= this.#begin());
    const limit = this.#options.timeLimit(job);
    let timer: NodeJS.Timeout | undefined;
    const done = await new Promise<Done<Job, Result>>((resolve) => {
      const died = (why: string): void => {
        resolve({ job, index, kind: 'died', why });
      };
      this.#listener = (sign) => {
        if ('note' in sign) this.#options.onNote?.(job, sign.note);
        else if ('error' in sign) died(sign.error);
        else resolve({ job, index, kind: 'result', result: sign.result });
      };
      this.#stop = () => {
        resolve({ job, index, kind: 'stopped' });
      };
      timer = setTimeout(() => {
        died(`did not end within ${limit / 1000} s`);
      }, limit);
      worker.postMessage(job);
    });
    clearTimeout(timer);
    if (done.kind !== 'result') await this.#end();
    return done;
  }

  /** Ends the worker; its job, if it has one, is `stopped`. */
  async stop(): Promise<void> {
    this.#stop();
    await this.#end();
  }

  #begin(): Worker {
    const worker = new Worker(this.#options.script);
    const heard = (sign: WorkerMessage<Result, Note>): void => {
      // What a worker says while it is being ended is of no concern any more.
      if (worker === this.#worker) this.#listener(sign);
    };
    worker.on('message', heard);
    worker.on('error', (error) => {
      heard({ error: `ended its worker: ${error instanceof Error ? error.message : String(error)}` });
    });
    worker.on('exit', (code) => {
      heard({ error: `ended its worker with code ${code}` });
    });
    return worker;
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }
}
