import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkConformance,
  DEFAULT_CONFIG,
  parseProgram,
  ProcessImplementation,
  type Case,
  type Implementation,
  type ProcessOptions,
} from 'heapspec';

const ODD = join(__dirname, 'implementations', 'odd.mjs');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-odd-'));
  writeFileSync(join(folder, 'pids'), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

function odd(oddity: string, options: Partial<ProcessOptions> = {}): ProcessImplementation {
  const args = [ODD, oddity, join(folder, 'pids')];
  return new ProcessImplementation({ command: process.execPath, args, timeout: 1500, ...options });
}

/** The processes that were started and run still, a moment later. */
async function stillRunning(): Promise<number[]> {
  await new Promise((resolve) => setTimeout(resolve, 100));
  const pids = readFileSync(join(folder, 'pids'), 'utf8').trim().split('\n').map(Number);
  expect(pids.length).toBeGreaterThan(0);
  return pids.filter((pid) => {
    try {
      // One that has ended and that nobody has asked after runs no more.
      return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
    } catch {
      return false;
    }
  });
}

const TICK = parseProgram('tick 1s\ntick 2s');
const CASE: Case = {
  config: DEFAULT_CONFIG,
  calls: [1e9, 2e9].map((ns) => ({ op: 'tick', args: { ns } })),
  states: [],
  wants: { statistics: true, effects: true },
};

test.each<[oddity: string, kind: string, message: RegExp]>([
  ['dies', 'crashed', /exit code 3; the end of its standard error: out of ideas/],
  ['kills-itself', 'crashed', /signal SIGSEGV/],
  ['never', 'timed-out', /within 1500 ms/],
  ['late', 'timed-out', /within 1500 ms/],
  ['twice', 'nonsense', /more than it was asked for/],
  ['floods', 'flood', /a line without end/],
  ['nan', 'nonsense', /should have written JSON/],
  ['infinite', 'nonsense', /an integer as "heap_sys", and wrote Infinity/],
  ['pollutes', 'nonsense', /without the key __proto__/],
  ['other-batch', 'nonsense', /the answers to batch \d, and wrote \d/],
  ['too-few', 'nonsense', /answers to 2 calls/],
  ['no-json', 'nonsense', /wrote the text "Segmentation fault"/],
  ['no-utf8', 'nonsense', /JSON/],
  ['deep', 'nonsense', /JSON/],
  ['closes', 'closed', /closed its standard output/],
  ['forks', 'crashed', /exit code 0/],
  ['forks-away', 'timed-out', /1500 ms/],
  ['orphans', 'timed-out', /1500 ms/],
  ['orphans-and-dies', 'crashed', /exit code 0/],
  ['stubborn', 'timed-out', /1500 ms/],
])('one that %s is found out, and nothing of it is left', async (oddity, kind, message) => {
  const implementation = odd(oddity);
  const before = process.memoryUsage().rss;
  const begun = performance.now();
  for (let round = 0; round < 2; round++) {
    const { answers, breakdown } = await implementation.run(CASE);
    expect(answers).toEqual([]);
    expect(breakdown?.kind).toBe(kind);
    expect(breakdown?.message).toMatch(message);
  }
  expect(performance.now() - begun).toBeLessThan(15_000);
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 2 ** 20);
  expect(await stillRunning()).toEqual([]);
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
});

test.each([
  ['dies-at-start', 'crashed', /exit code 7; the end of its standard error: no heap today/],
  ['wrong-version', 'wrong-version', /version 2 of the protocol, and not 1/],
])('one that %s has its verdict in the report', async (oddity, kind, message) => {
  const clauses = [{ id: 'tick', profile: 'safety', example: 'tick 1s' }] as const;
  const report = await checkConformance(odd(oddity), { clauses });
  expect(report.conforms).toBe(false);
  expect(report.clauses).toMatchObject([{ clause: 'tick', verdict: kind }]);
  expect(report.findings[0].breakdown?.message).toMatch(message);
  expect(await stillRunning()).toEqual([]);
});

test('a program that does not exist is a verdict too', async () => {
  const report = await checkConformance(new ProcessImplementation({ command: '/no/such/program' }));
  expect(report.findings[0].breakdown?.message).toMatch(/could not be started.*ENOENT/);
  expect(new Set(report.clauses.map(({ verdict }) => verdict))).toEqual(new Set(['crashed']));
});

test('what never starts is not blamed for more than it is held to', async () => {
  const clauses = (['safety', 'accounting'] as const).map((profile) => ({
    id: profile,
    profile,
    example: 'tick 1s',
  }));
  const none = new ProcessImplementation({ command: '/no/such/program' });
  const report = await checkConformance(none, { clauses, profile: 'safety' });
  expect(report.clauses.map(({ verdict }) => verdict)).toEqual(['crashed', 'unsupported']);
});

// At safety a given program is judged twice: as it is written, and by its sound operations alone.
test.each(['nothing odd', 'in-halves', 'stays', 'orphans-and-answers'])(
  'one that does %s is fine',
  async (oddity) => {
    const report = await checkConformance(odd(oddity, { validate: true }), { programs: [TICK] });
    expect(report.findings).toEqual([]);
    expect(report).toMatchObject({ conforms: true, declaration: { name: 'odd' }, counts: { calls: 4 } });
    expect(await stillRunning()).toEqual([]);
  },
);

test('a finding is shrunk against the process itself, which is started anew each time', async () => {
  const programs = [parseProgram('tick 1s\ns1 = alloc 9\nfree s1\nfreeOSMemory')];
  const report = await checkConformance(odd('dies'), { programs });
  expect(report.findings).toMatchObject([
    { breakdown: { kind: 'crashed' }, program: '# heapspec program\n', minimal: true },
  ]);
});

test('only what is validated must have no other keys', async () => {
  expect((await checkConformance(odd('extra-key'), { programs: [TICK] })).conforms).toBe(true);
  const [finding] = (await checkConformance(odd('extra-key', { validate: true }), { programs: [TICK] }))
    .findings;
  expect(finding.breakdown?.kind).toBe('nonsense');
  expect(finding.breakdown?.message).toMatch(/does not fit its schema: \/answers\/0 must have no key "note"/);
});

test('it knows its folder and its command, and nothing else of the user', async () => {
  process.env.HEAPSPEC_TEST_SECRET = 'secret';
  const implementation = odd('tells-all');
  const { answers } = await implementation.run(CASE);
  await implementation.stop();
  delete process.env.HEAPSPEC_TEST_SECRET;
  const { argv, env, cwd } = JSON.parse(answers[0].throw ?? '{}') as Readonly<Record<string, unknown>>;
  expect({ argv, cwd }).toEqual({
    argv: [process.execPath, ODD, 'tells-all', join(folder, 'pids')],
    cwd: process.cwd(),
  });
  const { HEAPSPEC_RUN, ...others } = env as Readonly<Record<string, string>>;
  expect(HEAPSPEC_RUN).toMatch(/^[0-9a-f]{32}$/);
  const known = Object.entries(others).filter(([name]) => !name.startsWith('__CF'));
  expect(Object.fromEntries(known)).toEqual({ PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' });
});

test('it has three pipes, and no file that is open here', async () => {
  const told = '{"type":"started","protocol":1,"name":"%s","profile":"safety","level":"pages"}\\n';
  const script = `read line; files=$(readlink /proc/$$/fd/* | paste -sd ,); printf '${told}' "$files"`;
  const implementation = new ProcessImplementation({ command: '/bin/sh', args: ['-c', script] });
  const file = openSync(join(folder, 'pids'), 'r');
  const { name } = await implementation.start();
  await implementation.stop();
  closeSync(file);
  expect(name).toMatch(/^(?:socket|pipe):.*,(?:socket|pipe):.*,(?:socket|pipe):/);
  expect(name).not.toContain(folder);
});

test('it is told operations, and nothing of where they are from', async () => {
  const cases: Case[] = [];
  const listening: Implementation = {
    start: () => Promise.resolve({ name: 'it', profile: 'structure', level: 'pages' }),
    run: (test) => {
      cases.push(test);
      return Promise.resolve({ answers: [] });
    },
    stop: () => Promise.resolve(),
  };
  await checkConformance(listening, { runs: 5, shrinkRuns: 0, maxFindings: 1000 });
  expect(cases.length).toBeGreaterThan(100);
  const keys = new Set(cases.flatMap((test) => Object.keys(test)));
  expect([...keys].sort()).toEqual(['calls', 'config', 'refuses', 'states', 'wants']);
  expect(JSON.stringify(cases)).not.toMatch(/\/|\\|\.jsonl|pages-|growth\./);
});
