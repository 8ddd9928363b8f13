import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { observationFile, observationLine, type Observation } from './observations.js';
import { StorageError } from './storage-error.js';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-observations-'));
  path = join(folder, 'observed.jsonl');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const OBSERVATION: Observation = {
  type: 'run',
  run: 3,
  origin: 'drawn',
  status: 'passed',
  program: '# heapspec program\ntick 5m\n',
  features: ['a', 'b'],
  new: ['b'],
  operations: 1,
  timing: { run: 0.25 },
};

function write(...lines: readonly string[]): void {
  const file = observationFile(path);
  for (const line of lines) file.write(line);
  file.close();
  file.close();
}

test('an observation is a line, and reads as what it was', () => {
  write(observationLine(OBSERVATION), observationLine(OBSERVATION));
  const lines = readFileSync(path, 'utf8').split('\n');
  expect(lines).toHaveLength(3);
  expect(lines.slice(0, 2).map((line) => JSON.parse(line) as unknown)).toEqual([OBSERVATION, OBSERVATION]);
});

test('lines are added to what is there, on a fresh line', () => {
  write('one');
  write('two');
  appendFileSync(path, 'half of thr');
  write('four');
  expect(readFileSync(path, 'utf8')).toBe('one\ntwo\nhalf of thr\nfour\n');
});

test('a device is written to', () => {
  const file = observationFile('/dev/null');
  file.write('gone');
  file.close();
});

test('a pipe from which nobody reads is not waited for', () => {
  execFileSync('mkfifo', [path]);
  expect(() => observationFile(path)).toThrow(/cannot write .*: nobody reads from this pipe/);
});

test('a pipe from which somebody reads is written to', async () => {
  execFileSync('mkfifo', [path]);
  const reader = spawn('sh', ['-c', 'echo begun; exec cat "$0"', path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const told: Buffer[] = [];
  reader.stdout.on('data', (bytes: Buffer) => told.push(bytes));
  const ended = once(reader, 'close');
  await once(reader.stdout, 'data');
  // `cat` opens the pipe a moment after that.
  for (let tries = 0; ; tries++) {
    try {
      write('one', 'two');
      break;
    } catch (error) {
      if (!(error instanceof StorageError) || tries > 1000) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
  await ended;
  expect(Buffer.concat(told).toString()).toBe('begun\none\ntwo\n');
});

test('what can not be written says so', () => {
  expect(() => observationFile(join(folder, 'no', 'file'))).toThrow(StorageError);
  expect(() => observationFile(folder)).toThrow(/cannot write .*: it is a folder/);
  const full = observationFile('/dev/full');
  expect(() => full.write('x')).toThrow(/cannot write \/dev\/full: no space is left on the device/);
  full.close();
});
