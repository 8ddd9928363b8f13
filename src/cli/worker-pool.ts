import { Worker } from 'node:worker_threads';
import { Beacon, type Sighting } from './beacon.js';
import { formatLimit } from './format.js';
import { performInOrder, type WAIT } from './in-order.js';

/** What became of a job. */
export type Done<Job, Result> = { readonly job: Job; readonly index: number } & (
  | { readonly kind: 'result'; readonly result: Result }
  /** The worker ended before the job did; `why` says how, and ends no sentence. */
  | { readonly kind: 'died'; readonly why: string; readonly at: Sighting }
  /** The worker made no progress, and was ended; `why` says so. */
  | { readonly kind: 'hung'; readonly why: string; readonly at: Sighting }
  /** The pool was closed before the job was done. */
  | { readonly kind: 'stopped' }
);

/** What a worker sends: a result or an error. */
export type WorkerMessage<Result> = { readonly result: Result } | { readonly error: string };

/** How a {@link WorkerPool} works. */
export interface WorkerPoolOptions<Job extends object> {
  /**
   * The module that each worker runs: it takes jobs as messages, and answers with a {@link WorkerMessage}. Its
   * `workerData` is the memory of the {@link Beacon} that it tells of its progress.
   */
  readonly script: URL;
  /** Number of workers at most. */
  readonly size: number;
  /** Time, in ms, that a heap may take for one call before its worker is ended. */
  readonly patience: (job: Job) => number;
  /**
   * Time, in ms, that a worker may take without progress where no heap is called; never less than a heap has. By
   * default two minutes.
   */
  readonly ownPatience?: number;
  /** Called now and then with where a worker is, and for how many ms. */
  readonly onSight?: (job: Job, at: Sighting, since: number) => void;
}

/** By default, {@link WorkerPoolOptions.ownPatience}. */
const OWN_PATIENCE = 120_000;

/** Least and most time, in ms, between two looks at a worker. */
const LOOKS = { least: 10, most: 100 } as const;

/** Does jobs on worker threads, and gives the results in the order of the jobs, however many workers there are. */
export class WorkerPool<Job extends object, Result> {
  readonly #lanes: Lane<Job, Result>[];
  #closed = false;
  #running = false;

  constructor(options: WorkerPoolOptions<Job>) {
    this.#lanes = Array.from({ length: options.size }, () => new Lane(options));
  }

  /**
   * Does all jobs, as {@link performInOrder} says.
   *
   * @throws Error where the run before is not over: a worker takes one job at a time.
   */
  async *inOrder(jobs: Iterable<Job | typeof WAIT>): AsyncGenerator<Done<Job, Result>> {
    if (this.#running) throw new Error('the pool is still at the jobs before');
    this.#running = true;
    try {
      yield* performInOrder(jobs, this.#lanes, () => this.#closed);
    } finally {
      this.#running = false;
    }
  }

  /** Whether it does no more jobs. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Ends all workers; jobs that are not done are `stopped`. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#lanes.map((lane) => lane.stop()));
  }
}

/** One worker at a time: begun with the first job, and anew when it died. */
class Lane<Job extends object, Result> {
  readonly #options: WorkerPoolOptions<Job>;
  #worker: Worker | undefined;
  #beacon = new Beacon();
  /** Takes the signs of the job that the worker has. */
  #listener: (sign: WorkerMessage<Result>) => void = () => undefined;
  #stop: () => void = () => undefined;

  constructor(options: WorkerPoolOptions<Job>) {
    this.#options = options;
  }

  async perform(job: Job, index: number): Promise<Done<Job, Result>> {
    const worker = (this.#worker ??= this.#begin());
    const beacon = this.#beacon;
    let unwatch = (): void => undefined;
    const done = await new Promise<Done<Job, Result>>((resolve) => {
      const died = (why: string): void => {
        resolve({ job, index, kind: 'died', why, at: beacon.sight() });
      };
      this.#listener = (sign) => {
        if ('error' in sign) died(sign.error);
        else resolve({ job, index, kind: 'result', result: sign.result });
      };
      this.#stop = () => {
        resolve({ job, index, kind: 'stopped' });
      };
      unwatch = this.#watch(job, (why, at) => {
        resolve({ job, index, kind: 'hung', why, at });
      });
      worker.postMessage(job);
    });
    unwatch();
    if (done.kind !== 'result') await this.#end();
    return done;
  }

  /** Ends the worker; its job, if it has one, is `stopped`. */
  async stop(): Promise<void> {
    this.#stop();
    await this.#end();
  }

  /**
   * Looks at the worker again and again, until it makes no progress. What counts is time in which it could have been
   * looked at: while the whole process is stopped, or the machine asleep, none goes by.
   */
  #watch(job: Job, onHang: (why: string, at: Sighting) => void): () => void {
    const { patience, ownPatience = OWN_PATIENCE, onSight } = this.#options;
    const limit = patience(job);
    const interval = Math.min(Math.max(limit / 10, LOOKS.least), LOOKS.most);
    const beacon = this.#beacon;
    let last = beacon.sight();
    let lookedAt = performance.now();
    let quiet = 0;
    const timer = setInterval(() => {
      const at = beacon.sight();
      const now = performance.now();
      quiet = at.ticks === last.ticks ? quiet + Math.min(now - lookedAt, 2 * interval) : 0;
      last = at;
      lookedAt = now;
      onSight?.(job, at, quiet);
      const most = at.call ? limit : Math.max(limit, ownPatience);
      if (quiet >= most) onHang(`made no progress for ${formatLimit(most)}`, at);
    }, interval);
    return () => {
      clearInterval(timer);
    };
  }

  #begin(): Worker {
    this.#beacon = new Beacon();
    const worker = new Worker(this.#options.script, { workerData: this.#beacon.memory });
    const heard = (sign: WorkerMessage<Result>): void => {
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
