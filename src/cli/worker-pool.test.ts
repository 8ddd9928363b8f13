import { WorkerPool, type Done } from './worker-pool.js';

/** Workers that do as the job says. */
const SCRIPT = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ say, after = 0, note, fail, exit, hang, crash }) => {
      if (note) parentPort.postMessage({ note });
      if (fail) return parentPort.postMessage({ error: fail });
      if (exit !== undefined) process.exit(exit);
      if (crash) setTimeout(() => { throw new Error(crash); });
      while (hang);
      setTimeout(() => parentPort.postMessage({ result: say }), after);
    });
  `)}`,
);

interface Job {
  readonly say?: number;
  readonly after?: number;
  readonly note?: string;
  readonly fail?: string;
  readonly exit?: number;
  readonly hang?: boolean;
  readonly crash?: string;
}

const pools: WorkerPool<Job, number, string>[] = [];

function poolOf(size: number, timeLimit = 20_000, notes: string[] = []): WorkerPool<Job, number, string> {
  const onNote = (_job: Job, note: string): void => void notes.push(note);
  const pool = new WorkerPool<Job, number, string>({
    script: SCRIPT,
    size,
    timeLimit: () => timeLimit,
    onNote,
  });
  pools.push(pool);
  return pool;
}

async function doAll(
  pool: WorkerPool<Job, number, string>,
  jobs: Iterable<Job>,
): Promise<(number | string)[]> {
  const all: (number | string)[] = [];
  for await (const done of pool.inOrder(jobs)) all.push(tell(done));
  return all;
}

function tell(done: Done<Job, number>): number | string {
  if (done.kind === 'result') return done.result;
  return done.kind === 'died' ? done.why : done.kind;
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
  expect(await doAll(poolOf(1, 1000), [{ hang: true }])).toEqual(['did not end within 1 s']);
});

test('notes are heard on the way', async () => {
  const notes: string[] = [];
  await doAll(poolOf(1, 20_000, notes), [{ note: 'so far', say: 1 }]);
  expect(notes).toEqual(['so far']);
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

test('one run at a time', async () => {
  const pool = poolOf(2);
  const first = doAll(pool, [{ say: 1, after: 50 }]);
  await expect(doAll(pool, [{ say: 2 }])).rejects.toThrow('still at the jobs before');
  expect(await first).toEqual([1]);
  expect(await doAll(pool, [{ say: 3 }])).toEqual([3]);
});

test('closing it stops what is at work, and begins nothing more', async () => {
  const pool = poolOf(2);
  const all = doAll(pool, [{ hang: true }, { hang: true }, { say: 1 }]);
  setTimeout(() => void pool.close(), 100);
  expect(await all).toEqual(['stopped', 'stopped']);
});
