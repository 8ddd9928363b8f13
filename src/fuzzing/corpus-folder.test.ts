import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOnlyFolder, smallDisk, tellWithout } from '../../properties/adverse-folders.js';
import { parseProgram, printProgram } from '../programs/index.js';
import { CorpusFolder, MOST_SKIPPED, programId } from './corpus-folder.js';
import { StorageError } from './storage-error.js';

let folder: string;
let corpus: CorpusFolder;

const PROGRAM = parseProgram('s1 = alloc 1\nfree s1');
const OTHER = parseProgram('tick 5m');

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-corpus-'));
  corpus = CorpusFolder.open(folder);
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const put = (name: string, content: string | Uint8Array): void => writeFileSync(join(folder, name), content);

/** Why each file was left out, by name. */
const skipped = (): Record<string, string> =>
  Object.fromEntries(corpus.read().skipped.map(({ file, why }) => [file, why]));

test('programs are there once, under names that tell their texts, in the order of their names', () => {
  const ids = [PROGRAM, OTHER, PROGRAM].map((program) => corpus.add(program));
  expect(ids).toEqual([programId(PROGRAM), programId(OTHER), programId(PROGRAM)]);
  const { files } = CorpusFolder.open(folder).read();
  expect(files.map(({ id }) => id)).toEqual([...new Set(ids)].sort());
  expect(files.find(({ id }) => id === ids[0])?.program).toEqual(PROGRAM);
  expect(readFileSync(join(folder, `${ids[0]}.heap`), 'utf8')).toBe(printProgram(PROGRAM));
});

test('a program is removed, and again does nothing', () => {
  const id = corpus.add(PROGRAM);
  corpus.remove(id);
  corpus.remove(id);
  expect(readdirSync(folder)).toEqual([]);
});

test("people's own programs are read, and never removed", () => {
  put('mine.heap', 'tick 5m');
  expect(corpus.read().files).toEqual([{ name: 'mine.heap', id: programId(OTHER), program: OTHER }]);
  corpus.remove(programId(OTHER));
  expect(readdirSync(folder)).toEqual(['mine.heap']);
});

test('a program that another version printed differently is removed under the name it has', () => {
  const text = '# heapspec program of old\ntick 300s\n';
  put(`${createHash('sha256').update(text).digest('hex').slice(0, 16)}.heap`, text);
  expect(corpus.read()).toMatchObject({ files: [{ id: programId(OTHER) }], skippedCount: 0 });
  corpus.remove(programId(OTHER));
  expect(readdirSync(folder)).toEqual([]);
});

test('a text cut short is not taken for a program, and written again', () => {
  const id = corpus.add(PROGRAM);
  const path = join(folder, `${id}.heap`);
  const { length } = printProgram(PROGRAM);
  for (let bytes = 0; bytes < length; bytes++) {
    truncateSync(path, bytes);
    expect(corpus.read()).toMatchObject({ files: [], skippedCount: 1 });
    corpus.add(PROGRAM);
    expect(corpus.read()).toMatchObject({ files: [{ id }], skippedCount: 0 });
  }
});

test('lines may end as Windows has them', () => {
  const id = corpus.add(PROGRAM);
  put(`${id}.heap`, printProgram(PROGRAM).replaceAll('\n', '\r\n'));
  expect(corpus.read()).toMatchObject({ files: [{ id }], skippedCount: 0 });
});

test('whatever else stands there is told, and left alone', async () => {
  put('binary.heap', Buffer.from([0x23, 0, 1, 2]));
  put('latin.heap', Buffer.from([0x23, 0x20, 0xe4]));
  put('syntax.heap', 'tick 5m\nfree s1 twice');
  put('empty.heap', '');
  put('huge.heap', Buffer.alloc(4 * 2 ** 20 + 1, '#'));
  put('README.md', 'What this is');
  put('.gitignore', '*');
  put('bad\u001b[31mname', '');
  mkdirSync(join(folder, 'sub.heap'));
  symlinkSync('loop.heap', join(folder, 'loop.heap'));
  symlinkSync('nowhere', join(folder, 'dangling.heap'));
  symlinkSync('/dev/zero', join(folder, 'endless.heap'));
  expect(spawnSync('mkfifo', [join(folder, 'pipe.heap')]).status).toBe(0);
  const server = createServer().listen(join(folder, 'socket.heap'));
  await new Promise((resolve) => server.once('listening', resolve));
  const before = readdirSync(folder);
  const id = corpus.add(PROGRAM);
  try {
    const content = corpus.read();
    expect(content.files.map((file) => file.id)).toEqual([id]);
    expect(content.skippedCount).toBe(13);
    expect(skipped()).toEqual({
      'README.md': 'its name does not end with .heap',
      'bad\\u{1b}[31mname': 'its name does not end with .heap',
      'binary.heap': 'it holds bytes that are no text',
      'dangling.heap': 'there is no such file any more',
      'empty.heap': 'it is empty',
      'endless.heap': 'it is a device',
      'huge.heap': 'it is larger than 4 MiB',
      'latin.heap': 'it is not text in UTF-8: line 1, column 3 has the byte 0xe4',
      'loop.heap': 'too many symbolic links',
      'pipe.heap': 'it is a pipe',
      'socket.heap': 'it is no file',
      'sub.heap': 'it is a folder',
      'syntax.heap': expect.stringMatching(/^2:\d+: expected /) as unknown,
    });
    CorpusFolder.open(folder);
    expect(readdirSync(folder)).toEqual([...before, `${id}.heap`].sort());
  } finally {
    server.close();
  }
});

test('not more than so many files are named', () => {
  for (let i = 0; i < MOST_SKIPPED + 5; i++) put(`file-${i}`, '');
  const { skipped: named, skippedCount } = corpus.read();
  expect([named.length, skippedCount]).toEqual([MOST_SKIPPED, MOST_SKIPPED + 5]);
});

test('a folder is made where there is none; a file is none', () => {
  expect(CorpusFolder.open(join(folder, 'a', 'b')).read().files).toEqual([]);
  put('file', '');
  expect(() => CorpusFolder.open(join(folder, 'file'))).toThrow(/cannot open .*file: it is no folder/);
  expect(() => CorpusFolder.open(join(folder, 'file', 'sub'))).toThrow(/part of the path is not a folder/);
});

test('a folder in which nothing can be written is refused at once', () => {
  const readOnly = readOnlyFolder();
  try {
    expect(() => CorpusFolder.open(readOnly.path)).toThrow(StorageError);
    expect(() => CorpusFolder.open(readOnly.path)).toThrow(/cannot write to .*(read-only|permission denied)/);
    expect(() => CorpusFolder.open(join(readOnly.path, 'sub'))).toThrow(/cannot make the folder /);
    readOnly.relent();
    expect(CorpusFolder.open(readOnly.path).read().files).toEqual([]);
  } finally {
    readOnly.release();
  }
});

test('on a full disk a program is written whole or not at all, and a full disk is no corpus', () => {
  const disk = smallDisk();
  if (disk === undefined) {
    tellWithout('a full disk, which root alone can mount');
    return;
  }
  try {
    const full = CorpusFolder.open(disk.path);
    let written = 0;
    const fill = (): void => {
      for (; ; written++) full.add(parseProgram(`tick ${written}ns\n`.repeat(100)));
    };
    expect(fill).toThrow(/cannot write .*: no space is left on the device/);
    expect(full.read()).toMatchObject({ skippedCount: 0, files: { length: written } });
    expect(readdirSync(disk.path)).toHaveLength(written);
    expect(() => CorpusFolder.open(disk.path)).toThrow(/cannot write to .*: no space is left/);
  } finally {
    disk.release();
  }
});

test('the state of a campaign has a folder that is no program', () => {
  expect(corpus.campaignFolder('seed-1')).toBe(join(folder, '.campaign', 'seed-1'));
  expect(() => corpus.campaignFolder('../x')).toThrow(RangeError);
});
