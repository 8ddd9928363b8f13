import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tellWithout } from '../../properties/adverse-folders.js';
import { makeFolder } from './make-folder.js';
import { StorageError } from './storage-error.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-folder-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('it makes what is missing, and again nothing', () => {
  const path = join(folder, 'a', 'b', 'c');
  makeFolder(path);
  expect(existsSync(path)).toBe(true);
  makeFolder(path);
  makeFolder(join(folder, 'a', '..', 'a', 'd'));
  expect(existsSync(join(folder, 'a', 'd'))).toBe(true);
});

test.each([
  ['it lies in a file', 'file/b', /part of the path is not a folder$/],
  ['it is a file', 'file', /: it is a file$/],
])('where it can not be made, since %s, it says so', (_, name, why) => {
  writeFileSync(join(folder, 'file'), '');
  expect(() => makeFolder(join(folder, name))).toThrow(StorageError);
  expect(() => makeFolder(join(folder, name))).toThrow(why);
});

test('where the system makes no folders at all, it says so at once', () => {
  if (!existsSync('/proc/self/status')) {
    tellWithout('/proc');
    return;
  }
  expect(() => makeFolder('/proc/no-such-folder/a')).toThrow(StorageError);
});
