import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { heapspec, type Ended, type RunOptions } from './command-line.js';
import { REPOSITORY } from './repository.js';

const implementation = (name: string): string => join(REPOSITORY, 'properties', 'implementations', name);

/** A control character other than a line feed, or one that hides or reorders text. */
const UNPRINTABLE = /(?!\n)[\p{Cc}\p{Cf}]/u;

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'heapspec-conform-'));
  writeFileSync(join(cwd, 'tick.heap'), 'tick 1s\ntick 2s\n');
  writeFileSync(join(cwd, 'cycle.heap'), 'o1 = malloc 8\ngcStart\nmark o1\ngcEnd distance 9\nsweepone\n');
});
afterEach(() => rmSync(cwd, { recursive: true }));

const conform = (args: readonly string[], options: RunOptions = {}): Promise<Ended> =>
  heapspec(['conform', ...args], { cwd, ...options });

test('what conforms ends with 0', async () => {
  const { code, stdout, stderr } = await conform([
    '--validate',
    '--program',
    'tick.heap',
    'cycle.heap',
    '--',
    process.execPath,
    implementation('reference.mjs'),
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(
    / 2 given programs: 7 calls, 7 states; .*\nreference conforms at structure, objects: /,
  );
});

test('what does not ends with 1, and is seen again by the line that is printed', async () => {
  const odd = ['--', process.execPath, implementation('odd.mjs'), 'dies'];
  const { code, stdout } = await conform(['--program', 'tick.heap', ...odd]);
  expect(code).toBe(1);
  expect(stdout).not.toMatch(UNPRINTABLE);
  expect(stdout).toContain('out of ideas \\u{1b}[31m');
  expect(stdout).toContain('odd does not conform at safety, pages');
  const [, file] = /again: npx heapspec conform --program (\S+) -- /.exec(stdout) ?? [];
  expect(readdirSync(cwd)).toContain(file);
  const again = await conform(['--program', file, ...odd]);
  const withoutRuns = (text: string): string => text.replace(/, (?:not shrunk|shrunk in .*)$/m, '');
  expect([again.code, withoutRuns(again.stdout)]).toEqual([code, withoutRuns(stdout)]);
});

test.each(['escapes', 'escapes-in-name'])('%s are shown as what they are', async (oddity) => {
  const args = ['--program', 'tick.heap', '--', process.execPath, implementation('odd.mjs'), oddity];
  const { stdout, stderr } = await conform(args);
  expect(stdout + stderr).not.toMatch(UNPRINTABLE);
  expect(stdout).toMatch(/\\u(?:\{1b\}|001b)\[2J/);
});

test('--json prints the report, and saves nothing', async () => {
  const args = [
    '--json',
    '--program',
    'tick.heap',
    '--',
    process.execPath,
    implementation('odd.mjs'),
    'never',
  ];
  const { code, stdout } = await conform(['--timeout', '500ms', ...args]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    conforms: false,
    findings: [{ breakdown: { kind: 'timed-out' } }],
  });
  expect(readdirSync(cwd).sort()).toEqual(['cycle.heap', 'tick.heap']);
});

test('wrong usage ends with 2', async () => {
  writeFileSync(join(cwd, 'no.wasm'), 'no module');
  for (const args of [
    [],
    ['--', './nothing'],
    ['--', 'no-such-program-anywhere'],
    ['no.wasm'],
    ['none.wasm'],
  ]) {
    const { code, stderr } = await conform(args);
    expect([args, code]).toEqual([args, 2]);
    expect(stderr).toMatch(/error: /);
  }
});

test('a module that can not be started says why, and nothing of who noticed', async () => {
  writeFileSync(join(cwd, 'empty.wasm'), Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const { code, stdout } = await conform(['empty.wasm']);
  expect(code).toBe(1);
  expect(stdout).toMatch(/standard error: it could not be started: /);
  expect(stdout).not.toMatch(/wasm-host|BreakdownError|\n +at /);
});

test('a report for which there is no folder ends with 3 before anything is run', async () => {
  const args = ['--report', 'html=none/report.html', '--', process.execPath, implementation('reference.mjs')];
  const { code, stdout, stderr } = await conform(args);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/cannot write none\/report.html: there is no such/);
});

test('an interruption ends with 3, and nothing is left running', async () => {
  const pids = join(cwd, 'pids');
  const args = ['--', process.execPath, implementation('odd.mjs'), 'never', pids];
  const { code, stdout } = await conform(args, { interrupt: true, interruptAfter: 700 });
  expect(code).toBe(3);
  expect(stdout).toMatch(/not judged to the end .*: it was interrupted/);
  for (const pid of readFileSync(pids, 'utf8').trim().split('\n')) {
    expect(() => process.kill(Number(pid), 0)).toThrow(/ESRCH/);
  }
});
