import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOnlyFolder, smallDisk, tellWithout } from '../../properties/adverse-folders.js';
import { parseProgram, printProgram } from '../programs/index.js';
import { programId } from './corpus-folder.js';
import { RegressionsFolder } from './regressions-folder.js';

let parent: string;
let path: string;
let regressions: RegressionsFolder;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'heapspec-regressions-'));
  path = join(parent, 'regressions');
  regressions = new RegressionsFolder(path);
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

const FOUND = parseProgram('s1 = alloc 1\ntick 5m\nfree s1');
const SHRUNK = parseProgram('s1 = alloc 1');
const textOf = (program: typeof FOUND) => (at: string) => `# again: ${at}\n${printProgram(program)}`;

test('there may be no such folder', () => {
  expect(regressions.read()).toEqual([]);
  expect(readdirSync(parent)).toEqual([]);
});

test('a finding is there as it was found until it is there shrunk', () => {
  const first = regressions.saveUnshrunk(FOUND, textOf(FOUND));
  expect(first).toBe(join(path, `${programId(FOUND)}.unshrunk.heap`));
  expect(regressions.read()).toEqual([{ path: first, unshrunk: true, program: FOUND }]);
  const last = regressions.saveFinal(SHRUNK, 'Alloc/exact fit!', textOf(SHRUNK), first);
  expect(last).toBe(join(path, `alloc-exact-fit-${programId(SHRUNK).slice(0, 8)}.heap`));
  expect(regressions.read()).toEqual([{ path: last, unshrunk: false, program: SHRUNK }]);
  expect(readFileSync(last, 'utf8')).toContain(`# again: ${last}\n`);
});

test('comments that somebody wrote into a file stay', () => {
  const saved = regressions.saveFinal(SHRUNK, 'hang', textOf(SHRUNK));
  writeFileSync(saved, `# see issue 7\n${readFileSync(saved, 'utf8')}`);
  expect(regressions.saveFinal(SHRUNK, 'hang', textOf(SHRUNK))).toBe(saved);
  expect(readFileSync(saved, 'utf8')).toMatch(/^# see issue 7/);
});

test('all programs are read, in the order of their paths, and each that can not be read is told', () => {
  mkdirSync(join(path, 'sub', 'folder.heap'), { recursive: true });
  const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(path, name), content);
  put('b.heap', 'tick 5m');
  put('B.heap', 'tick 6m');
  put('sub/folder.heap/a.heap', 'tick 7m');
  put('sub.heap', 'tick 8m');
  put('bad.heap', 'tick 5m\ntick tock');
  put('binary.heap', Buffer.from([0, 1]));
  put('empty.heap', ' \n');
  put('notes.md', 'tick');
  put('.hidden.heap', 'no');
  symlinkSync('loop.heap', join(path, 'loop.heap'));
  symlinkSync('gone', join(path, 'dangling.heap'));
  symlinkSync('.', join(path, 'sub', 'round'));
  const read = regressions.read();
  expect(read.map((file) => ('problem' in file ? file.problem : file.path))).toEqual([
    join(path, 'B.heap'),
    join(path, 'b.heap'),
    expect.stringMatching(/bad\.heap:2:6: expected .*, found 'tock'$/),
    expect.stringMatching(/binary\.heap: it holds bytes that are no text$/),
    expect.stringMatching(/dangling\.heap: there is no such file any more$/),
    expect.stringMatching(/empty\.heap: it is empty$/),
    expect.stringMatching(/loop\.heap: too many symbolic links$/),
    join(path, 'sub.heap'),
    join(path, 'sub', 'folder.heap', 'a.heap'),
  ]);
});

test('a file is no folder', () => {
  writeFileSync(path, '');
  expect(() => regressions.read()).toThrow(/cannot read .*regressions: it is no folder/);
  expect(() => regressions.saveUnshrunk(FOUND, textOf(FOUND))).toThrow(/cannot make the folder /);
});

test('what can not be saved says so', () => {
  const readOnly = readOnlyFolder();
  try {
    const refused = new RegressionsFolder(readOnly.path);
    expect(() => refused.saveUnshrunk(FOUND, textOf(FOUND))).toThrow(
      /cannot write to .*(read-only|permission)/,
    );
    readOnly.relent();
    expect(refused.saveUnshrunk(FOUND, textOf(FOUND))).toContain('.unshrunk.heap');
  } finally {
    readOnly.release();
  }
});

test('where the disk is full the finding as it was found stays', () => {
  const disk = smallDisk();
  if (disk === undefined) {
    tellWithout('a full disk, which root alone can mount');
    return;
  }
  try {
    const full = new RegressionsFolder(disk.path);
    const unshrunk = full.saveUnshrunk(FOUND, textOf(FOUND));
    const long = (): string => `${printProgram(SHRUNK)}${'#'.repeat(2 ** 17)}\n`;
    expect(() => full.saveFinal(SHRUNK, 'hang', long, unshrunk)).toThrow(/no space is left on the device/);
    expect(full.read()).toEqual([{ path: unshrunk, unshrunk: true, program: FOUND }]);
    expect(readdirSync(disk.path)).toHaveLength(1);
  } finally {
    disk.release();
  }
});
