import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { thisProcess } from './process-identity.js';
import { StorageError } from './storage-error.js';
import { prepareFolder, temporaryFor, writeWhole } from './write-whole.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-whole-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('a file is written, replaced, and nothing else is left', () => {
  const path = join(folder, 'a');
  writeWhole(path, 'before');
  writeWhole(path, 'äfter', { durable: false });
  expect(readFileSync(path, 'utf8')).toBe('äfter');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('what can not be written says so, and leaves nothing', () => {
  expect(() => writeWhole(join(folder, 'no', 'a'), '')).toThrow(StorageError);
  expect(() => writeWhole(folder, '')).toThrow(/cannot write .*: it is a folder/);
  expect(readdirSync(folder)).toEqual([]);
});

test('names of any length that a file may have are possible', () => {
  const name = 'n'.repeat(255);
  writeWhole(join(folder, name), 'x');
  expect(readdirSync(folder)).toEqual([name]);
});

test('what a killed process left is removed, and nothing else is', () => {
  const mine = temporaryFor(join(folder, 'a'));
  const { place, pid } = thisProcess();
  const words = [
    [`.a.${place}-${pid}-1.01234567.tmp`, 'goes: another process had this number'],
    ['.b.00000000-1-1.01234567.tmp', 'stays: who knows whether that process lives'],
    ['.c.00000000-1-1.01234567.tmp', 'goes: nobody writes for two days'],
    ['.d.tmp', 'stays'],
    ['e.heap', 'stays'],
  ];
  for (const [name, text] of words) writeFileSync(join(folder, name), text);
  writeFileSync(mine, 'stays: this process may be about to rename it');
  const twoDaysAgo = Date.now() / 1000 - 2 * 24 * 60 * 60;
  utimesSync(join(folder, '.c.00000000-1-1.01234567.tmp'), twoDaysAgo, twoDaysAgo);
  prepareFolder(folder);
  const left = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  expect(left).toHaveLength(4);
  for (const text of left) expect(text).toMatch(/^stays/);
});
