import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import loadWabt from 'wabt';
import type { FuzzReport } from '../src/fuzzing/report.js';
import { heapspec, TemporaryFolder, type Ended, type RunOptions } from './command-line.js';
import { checkBuild, REPOSITORY } from './repository.js';

// Heaps in other languages are fuzzed as conformance asks them, and nothing of them is left running.

jest.setTimeout(180_000);

let folder: TemporaryFolder;

beforeAll(checkBuild);
beforeEach(() => {
  folder = new TemporaryFolder();
  writeFileSync(folder.file('pids'), '');
});
afterEach(() => {
  folder.remove();
});

const implementation = (name: string): string => join(REPOSITORY, 'properties', 'implementations', name);

function fuzz(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  return heapspec(['fuzz', ...args], { cwd: folder.path, ...options });
}

/** A heap that is odd in some way, and tells the ids of its processes. */
const odd = (oddity: string): string[] => [
  '--',
  process.execPath,
  implementation('odd.mjs'),
  oddity,
  folder.file('pids'),
];

function processes(): number[] {
  return readFileSync(folder.file('pids'), 'utf8').trim().split('\n').map(Number);
}

function isRunning(pid: number): boolean {
  try {
    return !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return false;
  }
}

async function report(args: readonly string[]): Promise<FuzzReport> {
  const { code, stdout, stderr } = await fuzz(['--json', ...args]);
  assert.equal(stderr, '');
  const told = JSON.parse(stdout) as FuzzReport;
  assert.equal(code, told.exitCode);
  return told;
}

test('a process that is well: its campaign is guided, goes on, and is the same on any number of processes', async () => {
  const heap = ['--', process.execPath, implementation('reference.mjs')];
  const one = await report(['--runs', '25', '--jobs', '1', ...heap]);
  expect([one.exitCode, one.findings, one.troubles, one.canary?.found]).toEqual([0, [], [], true]);
  expect(one.declaration).toMatchObject({ name: 'reference', profile: 'structure', level: 'objects' });
  expect(Object.keys(one.shapes).length).toBeGreaterThan(50);
  const three = await report(['--runs', '25', '--jobs', '3', '--corpus', 'other', ...heap]);
  expect([three.shapes, three.campaign]).toEqual([one.shapes, one.campaign]);
  expect((await report(['--runs', '5', ...heap])).campaign.runs).toBe(30);
});

test('a process that answers wrongly is found out, and shown again by conform', async () => {
  const { code, stdout } = await fuzz(['--runs', '10', ...odd('fine')]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^FOUND odd: malformed after operation 1\n.* shrunk .*, proven minimal$/m);
  expect(stdout).toMatch(/^--- after operation 1, as it should be \(reference\)$/m);
  expect(readdirSync(folder.file('regressions'))).toContainEqual(
    expect.stringMatching(/^malformed-[0-9a-f]{8}\.heap$/),
  );
  const again = /^again: npx heapspec (conform .*)$/m.exec(stdout)?.[1] ?? '';
  expect((await heapspec(again.split(' '), { cwd: folder.path })).code).toBe(1);
  expect(processes().filter(isRunning)).toEqual([]);
});

test.each([
  ['dies', 'crashed'],
  ['never', 'timed-out'],
  ['forks', 'crashed'],
])('a process that %s is %s, and nothing of it is left running', async (oddity, kind) => {
  const { findings, exitCode } = await report(['--runs', '2', '--timeout', '500ms', ...odd(oddity)]);
  expect(exitCode).toBe(1);
  expect(findings.map(({ breakdown }) => breakdown?.kind)).toContain(kind);
  expect(processes().length).toBeGreaterThan(2);
  expect(processes().filter(isRunning)).toEqual([]);
});

test('Ctrl-C ends its processes too', async () => {
  const args = ['--time', '5m', ...odd('never')];
  const { code, stdout } = await fuzz(args, { interrupt: true, interruptAfter: 5000 });
  expect(code).toBe(3);
  expect(stdout).toMatch(/^incomplete: it was interrupted$/m);
  expect(processes().filter(isRunning)).toEqual([]);
});

test('one that does not start is told', async () => {
  const { code, stdout, stderr } = await fuzz(['--runs', '2', '--', 'false']);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toMatch(/^error: the heap could not be started: /);
});

test('a WebAssembly module', async () => {
  const text = readFileSync(join(REPOSITORY, 'examples', 'wasm', 'heap.wat'), 'utf8');
  const wabt = await loadWabt();
  const module = wabt.parseWat('heap.wat', text);
  writeFileSync(folder.file('heap.wasm'), module.toBinary({}).buffer);
  const { exitCode, findings, declaration, counts } = await report(['--runs', '20', 'heap.wasm']);
  expect([exitCode, findings, declaration.profile]).toEqual([0, [], 'safety']);
  expect(counts.drawn + counts.mutated).toBe(20);

  // It gives out the same memory again and again.
  const overlapping = text.replace('(global.set $used (local.get $end))', '');
  const faulty = wabt.parseWat('heap.wat', overlapping);
  writeFileSync(folder.file('faulty.wasm'), faulty.toBinary({}).buffer);
  const second = await report(['--runs', '20', 'faulty.wasm']);
  expect(second.exitCode).toBe(1);
  expect(second.findings[0]).toMatchObject({ minimal: true, divergence: { operation: 2 } });
  const again = second.findings[0].reproduction.replace(/^npx heapspec /, '').split(' ');
  expect((await heapspec(again, { cwd: folder.path })).code).toBe(1);
});
