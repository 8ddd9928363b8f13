/** What jobs answer that depend on results: there is no next job yet. */
export const WAIT = 'wait';

/** Jobs that may be finished before the oldest one that is not: more wait. */
const WINDOW = 4096;

/** Does one job after another. */
export interface Worker<Job, Done> {
  perform(job: Job, index: number): Promise<Done>;
  /** Called when no more results are wanted: what it has to do need not be done. */
  giveUp?(): void;
}

/**
 * Does all jobs, and gives what came of them in the order of the jobs, however many workers there are. Jobs are asked for
 * one by one, when a worker is free. Where the next one is not known yet ({@link WAIT}), the worker waits until the caller
 * has taken another result. Once the caller stops asking for results, no more jobs are begun, and those that were are
 * given up or waited for.
 *
 * @param isClosed - Whether no more jobs are to be begun.
 * @throws Error where jobs wait for more results than there are.
 */
export async function* performInOrder<Job extends object, Done>(
  jobs: Iterable<Job | typeof WAIT>,
  workers: readonly Worker<Job, Done>[],
  isClosed: () => boolean,
): AsyncGenerator<Done> {
  const iterator = jobs[Symbol.iterator]();
  const results: Promise<Done>[] = [];
  const idle: Worker<Job, Done>[] = [];
  let begun = 0;
  let ended = false;
  /** Gives a worker the next job, if there is one; false where that is not known yet. */
  const feed = (worker: Worker<Job, Done>): boolean => {
    if (ended || isClosed()) return true;
    const next: IteratorResult<Job | typeof WAIT> =
      results.length < WINDOW ? iterator.next() : { value: WAIT };
    if (next.done === true) {
      ended = true;
    } else if (next.value === WAIT) {
      return false;
    } else {
      results.push(
        worker.perform(next.value, begun++).then((done) => {
          if (!feed(worker)) idle.push(worker);
          return done;
        }),
      );
    }
    return true;
  };
  for (const worker of workers) if (!feed(worker)) idle.push(worker);
  try {
    for (let head = results.at(0); head !== undefined; head = results.at(0)) {
      const done = await head;
      void results.shift();
      yield done;
      while (idle.length > 0 && feed(idle[0])) idle.shift();
    }
    if (idle.length > 0 && !ended && !isClosed()) {
      throw new Error('jobs wait for results, and all of these are there');
    }
  } finally {
    ended = true;
    if (results.length > 0) for (const worker of workers) worker.giveUp?.();
    await Promise.all(results);
  }
}
