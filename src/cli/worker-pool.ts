import { Worker, type ResourceLimits } from 'node:worker_threads';
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
   * The module that each worker runs: it takes jobs as messages, does one after another, and answers each with a
   * {@link WorkerMessage}. Its `workerData` is the memory of the {@link Beacon} that it tells of its progress.
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
  /**
   * Jobs that a worker is given beyond the one that it is at, so that it need not wait until its result was taken; by
   * default none. They stay with it, even while another worker has nothing to do.
   */
  readonly ahead?: number;
  /** Limits to the memory of each worker; by default those of Node. */
  readonly resourceLimits?: ResourceLimits;
  /** Called now and then with where a worker is, and for how many ms. */
  readonly onSight?: (job: Job, at: Sighting, since: number) => void;
}

/** By default, {@link WorkerPoolOptions.ownPatience}. */
const OWN_PATIENCE = 120_000;

/** Least and most time, in ms, between two looks at a worker. */
const LOOKS = { least: 10, most: 100 } as const;

/** Does jobs on worker threads, and gives the results in the order of the jobs, however many workers there are. */
export class WorkerPool<Job extends object, Result> {
  readonly #lanes: readonly Lane<Job, Result>[];
  /** Each lane as many times as it takes jobs. */
  readonly #places: readonly Lane<Job, Result>[];
  #closed = false;
  #running = false;

  constructor(options: WorkerPoolOptions<Job>) {
    const { size, ahead = 0 } = options;
    this.#lanes = Array.from({ length: size }, () => new Lane(options));
    this.#places = Array.from({ length: 1 + ahead }, () => this.#lanes).flat();
  }

  /**
   * Does all jobs, as {@link performInOrder} says.
   *
   * @throws Error where the run before is not over: its jobs are with the workers.
   */
  async *inOrder(jobs: Iterable<Job | typeof WAIT>): AsyncGenerator<Done<Job, Result>> {
    if (this.#running) throw new Error('the pool is still at the jobs before');
    this.#running = true;
    try {
      yield* performInOrder(jobs, this.#places, () => this.#closed);
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

/** What becomes of a job, but for which it is. */
type Outcome<Result> = DistributiveOmit<Done<unknown, Result>, 'job' | 'index'>;

/** Leaves keys out of each of several types. */
type DistributiveOmit<Type, Key extends PropertyKey> = Type extends unknown ? Omit<Type, Key> : never;

/** A job that a lane has. */
interface Turn<Job, Result> {
  readonly job: Job;
  readonly settle: (outcome: Outcome<Result>) => void;
}

/** One worker at a time: begun with the first job, and anew when it died. */
class Lane<Job extends object, Result> {
  readonly #options: WorkerPoolOptions<Job>;
  #worker: Worker | undefined;
  #beacon = new Beacon();
  /** The jobs that were posted to the worker, which is at the first of them. */
  readonly #turns: Turn<Job, Result>[] = [];
  #unwatch = (): void => undefined;
  /** All workers have ended that were to. */
  #ended: Promise<unknown> = Promise.resolve();

  constructor(options: WorkerPoolOptions<Job>) {
    this.#options = options;
  }

  perform(job: Job, index: number): Promise<Done<Job, Result>> {
    return new Promise((resolve) => {
      const settle = (outcome: Outcome<Result>): void => resolve({ job, index, ...outcome });
      this.#turns.push({ job, settle });
      this.#post(job);
      if (this.#turns.length === 1) this.#watchFirst();
    });
  }

  /** Jobs behind the first are with the worker, which can't be told to leave them: it is ended where there are any. */
  giveUp(): void {
    if (this.#turns.length > 1) void this.stop();
  }

  /** Ends the worker; the jobs that it has are `stopped`. */
  async stop(): Promise<void> {
    for (const { settle } of this.#turns.splice(0)) settle({ kind: 'stopped' });
    await this.#end();
  }

  /** Goes on to the next job. Where this one was not done, that is for another worker, and so are all behind it. */
  async #finishFirst(outcome: Outcome<Result>): Promise<void> {
    const first = this.#turns.shift();
    const ended = outcome.kind === 'result' ? undefined : this.#end();
    // At once: a job that comes while the worker ends is posted behind them, and each of them only here.
    if (ended !== undefined) for (const { job } of this.#turns) this.#post(job);
    this.#watchFirst();
    await ended;
    first?.settle(outcome);
  }

  #post(job: Job): void {
    this.#worker ??= this.#begin();
    this.#worker.postMessage(job);
  }

  #watchFirst(): void {
    this.#unwatch();
    const first = this.#turns.at(0);
    if (first !== undefined) this.#unwatch = this.#watch(first.job);
  }

  /**
   * Looks at the worker again and again, until it makes no progress. What counts is time in which it could have been
   * looked at: while the whole process is stopped, or the machine asleep, none goes by.
   */
  #watch(job: Job): () => void {
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
      if (quiet < most) return;
      void this.#finishFirst({ kind: 'hung', why: `made no progress for ${formatLimit(most)}`, at });
    }, interval);
    return () => {
      clearInterval(timer);
    };
  }

  #begin(): Worker {
    const beacon = (this.#beacon = new Beacon());
    const { script, resourceLimits } = this.#options;
    const worker = new Worker(script, {
      workerData: beacon.memory,
      ...(resourceLimits && { resourceLimits }),
    });
    const finish = (outcome: Outcome<Result>): void => {
      // What a worker says while it is being ended is of no concern any more.
      if (worker === this.#worker) void this.#finishFirst(outcome);
    };
    const died = (why: string): void => finish({ kind: 'died', why, at: beacon.sight() });
    worker.on('message', (message: WorkerMessage<Result>) => {
      if ('error' in message) died(message.error);
      else finish({ kind: 'result', result: message.result });
    });
    worker.on('error', (error) => {
      died(`ended its worker: ${error instanceof Error ? error.message : String(error)}`);
    });
    worker.on('exit', (code) => {
      died(`ended its worker with code ${code}`);
    });
    return worker;
  }

  async #end(): Promise<void> {
    this.#unwatch();
    const worker = this.#worker;
    this.#worker = undefined;
    const ending = worker?.terminate();
    this.#ended = this.#ended.then(() => ending);
    await this.#ended;
  }
}
