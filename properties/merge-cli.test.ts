import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUZZ_REPORT_FORMATS } from '../src/fuzzing/reports/index.js';
import { heapspec, TemporaryFolder, type Ended } from './command-line.js';
import { checkBuild } from './repository.js';

jest.setTimeout(300_000);

const folder = new TemporaryFolder();
const shards = [1, 2].map((index) => folder.file(`shards/${index}`));
let ended: Ended[];

const FORMATS = Object.keys(FUZZ_REPORT_FORMATS);

beforeAll(async () => {
  checkBuild();
  ended = [];
  for (const [index, cwd] of shards.entries()) {
    mkdirSync(cwd, { recursive: true });
    const reports = FORMATS.flatMap((format) => ['--report', `${format}=report.${format}`]);
    const args = ['fuzz', '--runs', '25', '--shard', `${index + 1}/2`, '--heap', 'canary', ...reports];
    ended.push(await heapspec(args, { cwd }));
  }
});
afterAll(() => {
  folder.remove();
});

/** A folder in which reports were merged. */
function target(name: string): string {
  const cwd = folder.file(name);
  mkdirSync(cwd, { recursive: true });
  return cwd;
}

interface Report {
  readonly exitCode: number;
  readonly counts: { readonly drawn: number; readonly mutated: number; readonly operations: number };
  readonly findings: readonly { readonly program: string; readonly clauses: readonly string[] }[];
  readonly runs?: readonly unknown[];
}

function reportIn(cwd: string): Report {
  return JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')) as Report;
}

test('heapspec fuzz writes its report in all formats, each file whole', () => {
  expect(ended.map(({ code }) => code)).toEqual([1, 1]);
  for (const cwd of shards) {
    for (const format of FORMATS) expect(existsSync(join(cwd, `report.${format}`))).toBe(true);
    expect(reportIn(cwd).findings.length).toBeGreaterThan(0);
    const page = readFileSync(join(cwd, 'report.html'), 'utf8');
    const [, timeLines = ''] = /id="time-lines">(.*?)<\/script>/.exec(page) ?? [];
    const steps = JSON.parse(timeLines) as [number, { steps: { actual: unknown }[]; note: string }][];
    expect(steps).toHaveLength(reportIn(cwd).findings.length);
    // The canary ran once more.
    expect(steps[0][1].note).toBe('');
    expect(readdirSync(cwd).filter((name) => name.includes('.tmp'))).toEqual([]);
  }
});

test('what two machines left is joined, and what was joined is joined again', async () => {
  const cwd = target('merged');
  const merged = await heapspec(
    ['merge', ...shards, '--report', 'json=report.json', '--report', 'markdown=m.md'],
    { cwd },
  );
  expect(merged.code).toBe(1);
  expect(merged.stdout).toContain('seed 1, 2 shards');
  expect(merged.stdout).toMatch(/^corpus: \d+ programs, \d+ of them new$/m);
  const [all, ...parts] = [cwd, ...shards].map(reportIn);
  expect(all.counts.drawn + all.counts.mutated).toBe(50);
  expect(all.counts.operations).toBe(parts.reduce((sum, { counts }) => sum + counts.operations, 0));
  const clauses = new Set(parts.flatMap(({ findings }) => findings.map((one) => one.clauses[0])));
  expect(all.findings).toHaveLength(clauses.size);
  const programs = shards.flatMap((shard) => readdirSync(join(shard, 'corpus')));
  expect(readdirSync(join(cwd, 'corpus')).sort()).toEqual(
    [...new Set(programs.filter((name) => !name.startsWith('.')))].sort(),
  );
  expect(readdirSync(join(cwd, 'regressions'))).toHaveLength(all.findings.length);
  expect(readFileSync(join(cwd, 'm.md'), 'utf8')).toContain('## heapspec fuzzing: ');

  const again = target('again');
  const both = await heapspec(['merge', cwd, shards[0], '--report', 'json=report.json'], { cwd: again });
  expect(both.code).toBe(1);
  expect(reportIn(again)).toEqual(all);
  expect(readdirSync(join(again, 'corpus'))).toEqual(readdirSync(join(cwd, 'corpus')));
  expect(readdirSync(join(again, 'regressions'))).toEqual(readdirSync(join(cwd, 'regressions')));
});

test('reports alone are joined without folders', async () => {
  const cwd = target('reports');
  const files = shards.map((shard) => join(shard, 'report.json'));
  const { code, stdout } = await heapspec(['merge', ...files, '--json'], { cwd });
  expect(code).toBe(1);
  expect((JSON.parse(stdout) as Report).runs).toHaveLength(2);
  expect(readdirSync(cwd)).toEqual([]);
});

/** A shard as it would be if it had found nothing. */
function clean(name: string, changes: object = {}): string {
  const cwd = target(name);
  const report = { ...reportIn(shards[0]), findings: [], exitCode: 0, ...changes };
  writeFileSync(join(cwd, 'report.json'), JSON.stringify(report));
  return cwd;
}

test('a shard that is missing, or did not come to its end, is told: 3', async () => {
  const cwd = target('missing');
  const { code, stdout } = await heapspec(['merge', clean('clean'), target('empty')], { cwd });
  expect(code).toBe(3);
  expect(stdout).toContain('incomplete: there is no report of shard 2 of 2');
  expect(stdout).toMatch(
    /incomplete: there is no .*empty\/report\.json: what ran there did not come to its end/,
  );
  const none = await heapspec(['merge', target('empty')], { cwd });
  expect([none.code, none.stdout]).toEqual([3, '']);
  expect(none.stderr).toMatch(/error: there is no .*report\.json/);
});

test('a finding outranks what is wrong with other shards', async () => {
  const broken = target('broken');
  writeFileSync(join(broken, 'report.json'), '{"format":1,');
  const { code, stdout } = await heapspec(['merge', shards[0], broken], { cwd: target('ranked') });
  expect(code).toBe(1);
  expect(stdout).toMatch(/unreadable: .*broken\/report\.json: it is no JSON, or was cut short/);
  expect(stdout).toContain('incomplete: there is no report of shard 2 of 2');
});

test.each([
  ['hello', 'it is no JSON, or was cut short'],
  ['{"format":7}', 'it is written in format 7, and this version of heapspec reads format 1'],
  ['{}', 'it is no report of heapspec fuzz'],
])('the file %j is refused: 2', async (text, words) => {
  const file = folder.file('wrong.json');
  writeFileSync(file, text);
  const { code, stdout, stderr } = await heapspec(['merge', file], { cwd: target('wrong') });
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toContain(`error: ${file}: ${words}`);
});

test('wrong usage is refused before anything is written: 2', async () => {
  const cwd = target('usage');
  const other = clean('other', { heapspec: '9.9.9', shard: { index: 2, count: 2 } });
  for (const [args, words] of [
    [[], "missing required argument 'shard'"],
    [['nowhere'], 'there is no nowhere'],
    [[shards[0], other], 'different versions of heapspec'],
    [[shards[0], '--report', 'pdf=a'], 'formats are json, markdown, html, sarif, junit, badge'],
    [[shards[0], '--json', '--report', 'json=-'], '--json prints to standard output'],
    [[shards[0], '--report', 'json=.'], 'it is a folder'],
  ] as const) {
    const { code, stderr } = await heapspec(['merge', ...args], { cwd });
    expect([words, code]).toEqual([words, 2]);
    expect(stderr).toContain(words);
  }
  expect(readdirSync(cwd)).toEqual([]);
});

test('a report that can not be written hides no finding', async () => {
  const cwd = target('unwritable');
  const args = ['merge', ...shards, '--report', 'json=/dev/full', '--report', 'badge=badge.svg'];
  const { code, stderr } = await heapspec(args, { cwd });
  expect(code).toBe(1);
  expect(stderr).toContain('cannot write /dev/full');
  expect(existsSync(join(cwd, 'badge.svg'))).toBe(true);
  const alone = await heapspec(
    ['merge', clean('alone', { shard: { index: 1, count: 1 } }), ...args.slice(3)],
    { cwd },
  );
  expect(alone.code).toBe(3);
});

test('a folder that can not be written hides no finding', async () => {
  const cwd = target('no-folder');
  writeFileSync(join(cwd, 'taken'), '');
  for (const [shard, worst] of [
    [shards[0], 1],
    [clean('well', { shard: { index: 1, count: 1 } }), 3],
  ] as const) {
    const { code, stderr } = await heapspec(['merge', shard, '--corpus', 'taken'], { cwd });
    expect(code).toBe(worst);
    expect(stderr).toContain('cannot open taken: it is no folder');
  }
});

test('the corpus is made small on request', async () => {
  const cwd = target('small');
  const clones = shards.map((shard, i) => {
    const clone = clean(`clone-${i}`, { shard: { index: i + 1, count: 2 } });
    cpSync(join(shard, 'corpus'), join(clone, 'corpus'), { recursive: true });
    return clone;
  });
  const { code, stdout } = await heapspec(['merge', ...clones, '--minimise-corpus'], { cwd });
  expect(code).toBe(0);
  const [, all, gone] = /^corpus: (\d+) programs.*\n {2}(\d+) taken away/m.exec(stdout) ?? [];
  const left = readdirSync(join(cwd, 'corpus')).filter((name) => name.endsWith('.heap'));
  expect(left.length).toBe(Number(all) - Number(gone));
  expect(Number(gone)).toBeGreaterThan(0);
  rmSync(cwd, { recursive: true });
});
