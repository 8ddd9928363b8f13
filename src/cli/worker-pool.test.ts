import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Sighting } from './beacon.js';
import { WAIT } from './in-order.js';
import { WorkerPool, type Done } from './worker-pool.js';

/** Workers that do as the job says. */
const SCRIPT = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort, workerData } from 'node:worker_threads';
    const beacon = new Int32Array(workerData);
    let free = Promise.resolve();
    parentPort.on('message', (job) => {
      free = free.then(() => perform(job));
    });
    async function perform({ say, after = 0, fail, exit, hang, busy, calls, crash }) {
      // The slots of a beacon: ticks, heap, errand, operation, index.
      if (calls !== undefined) beacon.set([1, calls, 1, 7, 6]);
      if (busy) {
        const end = performance.now() + busy;
        while (performance.now() < end) Atomics.add(beacon, 0, 1);
      }
      if (fail) return parentPort.postMessage({ error: fail });
      if (exit !== undefined) process.exit(exit);
      if (crash) setTimeout(() => { throw new Error(crash); });
      while (hang);
      await new Promise((resolve) => setTimeout(resolve, after));
      parentPort.postMessage({ result: say });
    }
  `)}`,
);

interface Job {
  readonly say?: number;
  readonly after?: number;
  readonly fail?: string;
  readonly exit?: number;
  readonly hang?: boolean;
  /** Works for so many ms, and tells of it. */
  readonly busy?: number;
  /** Calls the heap of that number, to perform command 6 as operation 7. */
  readonly calls?: number;
  readonly crash?: string;
}

const pools: WorkerPool<Job, number>[] = [];

function poolOf(
  size: number,
  { patience = 20_000, ownPatience = 20_000, ahead = 0, sights = [] as Sighting[] } = {},
): WorkerPool<Job, number> {
  const pool = new WorkerPool<Job, number>({
    script: SCRIPT,
    size,
    patience: () => patience,
    ownPatience,
    ahead,
    onSight: (_job, at) => void sights.push(at),
  });
  pools.push(pool);
  return pool;
}

async function doAll(
  pool: WorkerPool<Job, number>,
  jobs: Iterable<Job | typeof WAIT>,
): Promise<(number | string)[]> {
  const all: (number | string)[] = [];
  for await (const done of pool.inOrder(jobs)) all.push(tell(done));
  return all;
}

function tell(done: Done<Job, number>): number | string {
  if (done.kind === 'result') return done.result;
  return 'why' in done ? done.why : done.kind;
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});

test.each([1, 3])('%i workers give results in the order of the jobs', async (size) => {
  const jobs = [80, 0, 40, 0, 0].map((after, say) => ({ say, after }));
  expect(await doAll(poolOf(size), jobs)).toEqual([0, 1, 2, 3, 4]);
});

test('a worker that dies ends its job, and another one goes on', async () => {
  const jobs = [{ say: 1 }, { exit: 7 }, { crash: 'boom', after: 60_000 }, { fail: 'no' }, { say: 2 }];
  expect(await doAll(poolOf(1), jobs)).toEqual([
    1,
    'ended its worker with code 7',
    expect.stringMatching(/^ended its worker: .*boom/),
    'no',
    2,
  ]);
});

test('a job that never ends is ended', async () => {
  const pool = poolOf(1, { patience: 100, ownPatience: 1000 });
  expect(await doAll(pool, [{ hang: true }, { say: 1 }])).toEqual(['made no progress for 1 s', 1]);
});

test('a heap that does not come back is told, and where', async () => {
  for await (const done of poolOf(1, { patience: 1000 }).inOrder([{ calls: 2, hang: true }])) {
    const at = { ticks: 1, call: { heap: 2, errand: 'perform' }, operation: 7, index: 6 };
    expect(done).toMatchObject({ kind: 'hung', why: 'made no progress for 1 s', at });
  }
});

test('a job that takes long and makes progress is not ended, and is watched', async () => {
  const sights: Sighting[] = [];
  const pool = poolOf(1, { patience: 300, ownPatience: 300, sights });
  expect(await doAll(pool, [{ calls: 0, busy: 1500, say: 1 }])).toEqual([1]);
  expect(sights.filter(({ operation }) => operation === 7).length).toBeGreaterThan(5);
});

test('jobs are asked for when a worker is free, and no more once the results are not wanted', async () => {
  let asked = 0;
  function* jobs(): Generator<Job> {
    for (;;) yield { say: asked++ };
  }
  const pool = poolOf(2);
  for await (const done of pool.inOrder(jobs())) {
    if (done.index === 10) break;
  }
  const before = asked;
  expect(await doAll(pool, [{ say: -1 }])).toEqual([-1]);
  expect(asked).toBe(before);
});

test('a worker is given jobs ahead, and gives them back when it dies', async () => {
  let asked = 0;
  function* jobs(): Generator<Job> {
    const all = [
      { say: 1 },
      { exit: 7 },
      { say: 2, after: 30 },
      { hang: true },
      { say: 3 },
      { fail: 'no' },
      { say: 4 },
    ];
    for (const job of all) {
      asked++;
      yield job;
    }
  }
  const pool = poolOf(1, { patience: 2000, ownPatience: 2000, ahead: 2 });
  const done: (number | string)[] = [];
  for await (const one of pool.inOrder(jobs())) {
    if (done.length === 0) expect(asked).toBeGreaterThanOrEqual(3);
    done.push(tell(one));
  }
  const died = 'ended its worker with code 7';
  expect(done).toEqual([1, died, 2, 'made no progress for 2 s', 3, 'no', 4]);
});

test('what a worker has ahead is given up once results are not wanted', async () => {
  const pool = poolOf(2, { ahead: 2, patience: 600_000, ownPatience: 600_000 });
  const jobs = [{ say: 0 }, ...Array.from({ length: 9 }, () => ({ hang: true }))];
  for await (const done of pool.inOrder(jobs)) {
    expect(done).toMatchObject({ kind: 'result', result: 0 });
    break;
  }
  expect(await doAll(pool, [{ say: 1 }, { say: 2 }])).toEqual([1, 2]);
});

test('closing it waits for workers that were given up before', async () => {
  let ended = false;
  const ending = jest.spyOn(Worker.prototype, 'terminate').mockImplementation(async function (this: Worker) {
    ending.mockRestore();
    await setTimeout(300);
    const code = await this.terminate();
    ended = true;
    return code;
  });
  const pool = poolOf(1, { ahead: 2 });
  for await (const done of pool.inOrder([{ say: 0 }, { hang: true }, { hang: true }])) {
    expect(done.kind).toBe('result');
    break;
  }
  await pool.close();
  expect(ended).toBe(true);
});

test('a job that comes while a worker is being ended is done once', async () => {
  let ends = 0;
  const ending = jest.spyOn(Worker.prototype, 'terminate').mockImplementation(function (this: Worker) {
    ending.mockRestore();
    ends++;
    return setTimeout(600).then(() => this.terminate());
  });
  let taken = 0;
  function* jobs(): Generator<Job | typeof WAIT> {
    yield { say: 0, after: 300 };
    yield { fail: 'no' };
    while (taken === 0) yield WAIT;
    expect(ends).toBe(1);
    for (let say = 2; say < 8; say++) yield { say, after: 400 };
  }
  const done: (number | string)[] = [];
  for await (const one of poolOf(2, { ahead: 1 }).inOrder(jobs())) {
    taken++;
    done.push(tell(one));
  }
  expect(done).toEqual([0, 'no', 2, 3, 4, 5, 6, 7]);
});

test('what a worker did before it dies counts', async () => {
  const ends: Job[] = [{ crash: 'boom', after: 60_000 }, { exit: 7 }, { fail: 'no' }];
  for (const end of ends) {
    const jobs = [{ say: 1 }, { say: 2 }, { say: 3 }, end, { say: 4 }];
    expect(await doAll(poolOf(1, { ahead: 4 }), jobs)).toEqual([1, 2, 3, expect.any(String), 4]);
  }
});

test('jobs that depend on results wait until these were taken, and no others do', async () => {
  const lag = 4;
  const taken: number[] = [];
  function* jobs(): Generator<Job | typeof WAIT> {
    for (let index = 0; index < 12;) {
      if (index >= taken.length + lag) yield WAIT;
      else yield { say: (taken[index - lag] ?? 0) + index++, after: index % 3 === 0 ? 30 : 0 };
    }
  }
  for await (const done of poolOf(3).inOrder(jobs())) taken.push(Number(tell(done)));
  expect(taken).toEqual([0, 1, 2, 3, 4, 6, 8, 10, 12, 15, 18, 21]);
});

test('where the next job is not known, it is asked for once a result, however many places are free', async () => {
  const COUNT = 20;
  let taken = 0;
  let waits = 0;
  function* jobs(): Generator<Job | typeof WAIT> {
    for (let begun = 0; begun < COUNT;) {
      if (begun > taken) {
        waits++;
        yield WAIT;
      } else yield { say: begun++ };
    }
  }
  for await (const done of poolOf(2, { ahead: 9 }).inOrder(jobs())) expect(done.index).toBe(taken++);
  expect(taken).toBe(COUNT);
  // At first each place asks for itself.
  expect(waits).toBeLessThan(20 + 2 * COUNT);
});

test('jobs that wait for results that will never be are an error, not an end', async () => {
  function* jobs(): Generator<Job | typeof WAIT> {
    yield { say: 1 };
    for (;;) yield WAIT;
  }
  await expect(doAll(poolOf(2), jobs())).rejects.toThrow('jobs wait for results, and all of these are there');
});

test('one run at a time', async () => {
  const pool = poolOf(2);
  const first = doAll(pool, [{ say: 1, after: 50 }]);
  await expect(doAll(pool, [{ say: 2 }])).rejects.toThrow('still at the jobs before');
  expect(await first).toEqual([1]);
  expect(await doAll(pool, [{ say: 3 }])).toEqual([3]);
});

test('closing it stops what is at work, and begins nothing more', async () => {
  for (const ahead of [0, 1]) {
    const pool = poolOf(2, { ahead });
    const all = doAll(pool, [{ hang: true }, { hang: true }, { say: 1 }]);
    await setTimeout(100);
    await pool.close();
    expect(await all).toEqual(Array.from({ length: 2 + ahead }, () => 'stopped'));
  }
});
