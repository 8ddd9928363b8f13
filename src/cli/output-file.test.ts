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
import { checkOutput, writeFileWhole, type OutputOptions } from './output-file.js';
import { LineWriter, Spool } from './spool.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-output-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const write = (path: string, text: string, options: OutputOptions = { force: false }): Promise<void> =>
  writeFileWhole(path, options, (sink) => sink(Buffer.from(text)));

test('a file is there when it is complete, and nothing else is', async () => {
  const path = join(folder, 'a');
  await writeFileWhole(path, { force: false }, async (sink) => {
    await sink(Buffer.from('one '));
    expect(readdirSync(folder)).not.toContain('a');
    await sink(Buffer.from('two'));
  });
  expect(readFileSync(path, 'utf8')).toBe('one two');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('a file that can not be written is found out before any work is done', async () => {
  await expect(checkOutput(join(folder, 'none', 'a'), { force: true })).rejects.toThrow(
    /cannot write .*: there is no such/,
  );
  await expect(checkOutput(folder, { force: true })).rejects.toThrow('it is a folder');
  await checkOutput(join(folder, 'a'), { force: true });
  expect(readdirSync(folder)).toEqual([]);
});

test('what fails in the midst leaves no trace', async () => {
  const path = join(folder, 'a');
  writeFileSync(path, 'before');
  const failing = writeFileWhole(path, { force: true }, async (sink) => {
    await sink(Buffer.from('half'));
    throw new Error('midst');
  });
  await expect(failing).rejects.toThrow('midst');
  expect(readFileSync(path, 'utf8')).toBe('before');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('a file is replaced only where that is asked for', async () => {
  const path = join(folder, 'a');
  writeFileSync(path, 'before');
  await expect(write(path, 'after')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('--force') as unknown,
  });
  expect(readFileSync(path, 'utf8')).toBe('before');
  await write(path, 'after', { force: true });
  expect(readFileSync(path, 'utf8')).toBe('after');
});

test('a file that comes into being meanwhile is not replaced either', async () => {
  const path = join(folder, 'a');
  const late = writeFileWhole(path, { force: false }, async (sink) => {
    await sink(Buffer.from('mine'));
    writeFileSync(path, 'theirs');
  });
  await expect(late).rejects.toMatchObject({ exitCode: 2 });
  expect(readFileSync(path, 'utf8')).toBe('theirs');
  expect(readdirSync(folder)).toEqual(['a']);
});

test('a symbolic link stays one, and a device is written to', async () => {
  writeFileSync(join(folder, 'real'), 'before');
  symlinkSync('real', join(folder, 'link'));
  await write(join(folder, 'link'), 'after', { force: true });
  expect(readFileSync(join(folder, 'real'), 'utf8')).toBe('after');
  await write('/dev/null', 'gone');
});

test('what can not be written says why', async () => {
  mkdirSync(join(folder, 'sub'));
  await expect(write(join(folder, 'sub'), '')).rejects.toMatchObject({
    exitCode: 2,
    message: expect.stringContaining('it is a folder') as unknown,
  });
  await expect(write(join(folder, 'no', 'a'), '')).rejects.toMatchObject({
    exitCode: 3,
    message: expect.stringContaining('no such file or folder') as unknown,
  });
});

test('a spool gives back all its lines, and has no name', () => {
  const spool = new Spool(folder);
  expect(readdirSync(folder)).toEqual([]);
  const lines = Array.from({ length: 5000 }, (_, i) => `line ${i} ${'ü'.repeat(i % 50)}`);
  const writer = new LineWriter(spool.file);
  for (const line of lines) writer.write(line);
  writer.flush();
  expect(Buffer.concat([...spool.read()]).toString()).toBe(`${lines.join('\n')}\n`);
  spool.close();
});
