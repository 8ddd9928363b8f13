import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  checkConformance,
  DEFAULT_CONFIG,
  parseProgram,
  ProcessImplementation,
  type Case,
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
  ['stubborn', 'timed-out', /1500 ms/],
])('one that %s is found out, and nothing of it is left', async (oddity, kind, message) => {
  const implementation = odd(oddity);
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 2; round++) {
    const { answers, breakdown } = await implementation.run(CASE);
    expect(answers).toEqual([]);
    expect(breakdown?.kind).toBe(kind);
    expect(breakdown?.message).toMatch(message);
  }
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
});

test.each(['nothing odd', 'in-halves', 'stays'])('one that does %s is fine', async (oddity) => {
  const report = await checkConformance(odd(oddity, { validate: true }), { programs: [TICK] });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ conforms: true, declaration: { name: 'odd' }, counts: { calls: 2 } });
  expect(await stillRunning()).toEqual([]);
});

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

test('it is told nothing of the user', async () => {
  const implementation = odd('tells-environment');
  const { answers } = await implementation.run(CASE);
  await implementation.stop();
  const names = answers[0].throw?.split(',') ?? [];
  expect(names.filter((name) => !['LANG', 'PATH'].includes(name) && !name.startsWith('__CF'))).toEqual([]);
});
