import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Campaign } from './campaign.js';
import { RegressionsFolder } from './regressions-folder.js';
import type { FuzzReport } from './report.js';
import type { FuzzRun, FuzzRunner, FuzzTask } from './runner.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-campaign-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** Runs nothing: says of each task by its number what came of it. */
function runnerThat(comesTo: (number: number) => 'passed' | 'stopped'): FuzzRunner {
  const never = (): never => {
    throw new Error('nothing fails here');
  };
  return {
    declaration: { name: 'nothing', profile: 'structure', level: 'objects' },
    reachesAllShapes: false,
    async *run<Task extends FuzzTask>(tasks: Iterable<Task | 'wait'>): AsyncGenerator<FuzzRun<Task>> {
      let number = 0;
      for (const task of tasks) {
        if (task === 'wait') throw new Error('all results were taken');
        await Promise.resolve();
        yield comesTo(number++) === 'stopped'
          ? { task, status: 'stopped' }
          : {
              task,
              status: 'passed',
              features: [],
              shapes: {},
              commands: 1,
              operations: 10,
              milliseconds: 1,
            };
      }
    },
    huntCanary: () => Promise.resolve({ found: true, story: 'at once' }),
    shrink: never,
    picture: never,
    textOf: never,
    reproduction: never,
    close: () => Promise.resolve(),
  };
}

async function run(
  runner: FuzzRunner,
  runs: number,
  { signal }: AbortController = new AbortController(),
): Promise<FuzzReport> {
  const campaign = await Campaign.open({
    runner,
    runs,
    corpus: join(folder, 'corpus'),
    regressions: new RegressionsFolder(join(folder, 'regressions')),
    seed: 1,
    shard: { index: 1, count: 1 },
    guided: true,
    heap: 'nothing',
    version: '0',
    maxFindings: 20,
    jobs: 2,
    saveElsewhere: () => Promise.resolve(undefined),
    goesOn: '',
    signal,
    onProgress: () => undefined,
  });
  return campaign.run();
}

test('what was done behind a program that was stopped is run again, in its turn', async () => {
  // Of programs that are under way at the same time the first may be stopped when the second is done already.
  const interrupted = await run(
    runnerThat((number) => (number === 5 ? 'stopped' : 'passed')),
    10,
  );
  expect(interrupted.campaign).toMatchObject({ runs: 5, operations: 50 });
  const whole = await run(
    runnerThat(() => 'passed'),
    5,
  );
  expect(whole.campaign).toMatchObject({ runs: 10, operations: 100 });
});

test('a canary whose hunt was interrupted is not one that was not found', async () => {
  const interrupt = new AbortController();
  const runner: FuzzRunner = {
    ...runnerThat(() => 'passed'),
    huntCanary: () => {
      interrupt.abort();
      return Promise.resolve({ found: false, story: 'it was interrupted' });
    },
  };
  const { canary, troubles } = await run(runner, 5, interrupt);
  expect(canary).toBeUndefined();
  expect(troubles).toEqual(['it was interrupted']);
});
