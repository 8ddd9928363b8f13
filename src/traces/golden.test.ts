import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import ts from 'typescript';
import { OPERATION_ARGUMENTS, STATISTIC_NAMES } from '../spec/index.js';
import { goldenFolder, goldenTraces, readGoldenTrace, type GoldenTrace } from './index.js';

const ROOT = resolve(__dirname, '../..');
const NAME = 'throws-double-free.jsonl.gz';

test('finds the folder of this package', () => {
  expect(goldenFolder()).toBe(join(ROOT, 'golden'));
});

test('knows every recording', () => {
  const traces = goldenTraces();
  expect(traces).toHaveLength(49);
  expect(traces.map(({ name }) => name)).toContain(NAME);
});

test('the description of the format names every operation, argument, statistic and part of a state', async () => {
  const description = readFileSync(join(goldenFolder(), 'README.md'), 'utf8');
  const words = new Set(description.match(/\w+/g));
  const named: string[] = [
    ...STATISTIC_NAMES,
    ...Object.keys(OPERATION_ARGUMENTS),
    ...Object.values(OPERATION_ARGUMENTS).flat(),
  ];
  const trace = goldenTraces().find(({ name }) => name === NAME) as GoldenTrace;
  for await (const record of readGoldenTrace(trace)) {
    if (record.kind === 'state') named.push(...keysWithin(record.state));
  }
  expect([...new Set(named)].filter((name) => !words.has(name))).toEqual([]);
});

/** All keys of an object and of what is in it, but for numbers. */
function keysWithin(value: object): string[] {
  return Object.entries(value).flatMap(([key, item]) => [
    ...(/^\d+$/.test(key) ? [] : [key]),
    ...(typeof item === 'object' && item !== null ? keysWithin(item as object) : []),
  ]);
}

describe('a folder of one recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heapspec-golden-'));
  const file = join(folder, NAME);
  const original = join(goldenFolder(), NAME);
  const entry = goldenTraces().find(({ name }) => name === NAME) as GoldenTrace;

  beforeEach(() => {
    copyFileSync(original, file);
    writeFileSync(join(folder, 'index.json'), JSON.stringify([entry]));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function readAll(): Promise<number> {
    let records = 0;
    for (const trace of goldenTraces(folder)) {
      for await (const record of readGoldenTrace(trace)) if (record.line > 0) records++;
    }
    return records;
  }

  test('is read, compressed in whatever way', async () => {
    expect(await readAll()).toBe(entry.lines);
    writeFileSync(file, gunzipSync(readFileSync(original)));
    expect(await readAll()).toBe(entry.lines);
  });

  test('is refused where the recording is missing', async () => {
    rmSync(file);
    await expect(readAll()).rejects.toThrow(
      /index\.json: expected throws-double-free\S+ beside the index, found no/,
    );
  });

  test('is refused where there is one more', async () => {
    writeFileSync(join(folder, 'more.jsonl'), '');
    await expect(readAll()).rejects.toThrow(
      /expected each recording in the index, found more\.jsonl beside it/,
    );
    rmSync(join(folder, 'more.jsonl'));
  });

  test('is refused where the recording is damaged in a way that makes sense', async () => {
    const text = gunzipSync(readFileSync(original)).toString('utf8');
    const lines = text.split('\n');
    writeFileSync(file, gzipSync([...lines.slice(0, -2), ''].join('\n')));
    await expect(readAll()).rejects.toThrow(`${NAME}: expected 67 lines, found 66`);
    writeFileSync(file, gzipSync(text.replace('"seed":2060', '"seed":2061')));
    await expect(readAll()).rejects.toThrow(`${NAME}: expected a text with the SHA-256 96a1e82080`);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', '['],
    ['an empty list', '[]'],
    ['no list', '{}'],
    ['null in it', '[null]'],
    ['a name that leads elsewhere', JSON.stringify([{ ...entry, name: '../x.jsonl' }])],
    ['no digest', JSON.stringify([{ ...entry, sha256: '' }])],
    ['half a line', JSON.stringify([{ ...entry, lines: 1.5 }])],
  ])('is refused where the index is %s', (_what, index) => {
    writeFileSync(join(folder, 'index.json'), index);
    expect(() => goldenTraces(folder)).toThrow(/index\.json: expected (?:an index|a list)/);
  });

  test('is refused where there is no index', () => {
    rmSync(join(folder, 'index.json'));
    expect(() => goldenTraces(folder)).toThrow(/index\.json: expected an index, found Error: ENOENT/);
  });
});

test('a module of the package finds its folder as an ES module and as a CommonJS module', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heapspec package é '));
  try {
    writeFileSync(join(folder, 'marker.txt'), '');
    const source = readFileSync(join(__dirname, 'package-folder.ts'), 'utf8');
    const run = (name: string, module: ts.ModuleKind, loaded: string): string => {
      const target = ts.ScriptTarget.ES2022;
      const { outputText } = ts.transpileModule(source, { compilerOptions: { module, target } });
      const file = join(folder, 'dist', name);
      mkdirSync(join(folder, 'dist'), { recursive: true });
      writeFileSync(file, outputText);
      const script = `${loaded}.then((m) => console.log(m.folderThatHolds('marker.txt')))`;
      return execFileSync(process.execPath, ['-e', script, file], { encoding: 'utf8', cwd: ROOT }).trimEnd();
    };
    const imported = `import(require('node:url').pathToFileURL(process.argv[1]))`;
    expect(run('module.mjs', ts.ModuleKind.ESNext, imported)).toBe(folder);
    expect(run('module.cjs', ts.ModuleKind.CommonJS, 'Promise.resolve(require(process.argv[1]))')).toBe(
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
