import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseProgram, printProgram } from '../programs/index.js';
import { Beacon } from './beacon.js';
import { checkProgram } from './checking.js';
import {
  findingFileName,
  findingJson,
  renderFinding,
  reproductionOf,
  saveFinding,
  type Finding,
} from './finding.js';

const program = parseProgram('s1 = alloc 9\nfree s1 dirty\n');
const check = { heaps: 'canary', memory: false, patience: 30_000 } as const;
const { divergence } = checkProgram(program, check, new Beacon());
const finding: Finding = {
  program,
  check,
  history: 'program 7 of seed 1, \u001b[31mred',
  ...(divergence && { divergence }),
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-finding-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('it is saved as a program, with what is wrong in comments', async () => {
  const path = join(folder, findingFileName(program));
  const saved = await saveFinding(finding, path);
  expect(saved.path).toBe(path);
  const text = readFileSync(path, 'utf8');
  expect(text).toMatch(
    /^# canary \(expected: reference\): state after operation 2\n# breaks free\.dirty: .*\n# program 7 of seed 1, \\u\{1b\}\[31mred\n/,
  );
  expect(printProgram(parseProgram(text))).toBe(printProgram(program));
  expect(renderFinding(saved)).toContain(`again: ${reproductionOf(finding, path)}`);
});

test('where the working directory can not be written, it is saved among the temporary files', async () => {
  const before = process.cwd();
  const gone = mkdtempSync(join(tmpdir(), 'heapspec-gone-'));
  process.chdir(gone);
  rmSync(gone, { recursive: true });
  const name = `${basename(gone)}.heap`;
  try {
    expect((await saveFinding(finding, name)).path).toBe(join(tmpdir(), name));
  } finally {
    process.chdir(before);
    rmSync(join(tmpdir(), name), { force: true });
  }
});

test('where no file can be written at all, it is told in full all the same', async () => {
  const saved = await saveFinding(finding, join('no', 'such', 'folder', 'a.heap'));
  expect(saved.path).toBeUndefined();
  expect(renderFinding(saved)).toMatch(/s1 = alloc 9\n {2}free s1 dirty[^]*keep the program above/);
  expect(findingJson(saved)).toMatchObject({ file: null, reproduce: null, program: printProgram(program) });
});

test('one without a divergence is told with its whole program', () => {
  const { divergence: _, ...rest } = finding;
  expect(renderFinding(rest)).toMatch(/did not come to its end\n[^]*s1 = alloc 9\nfree s1 dirty/);
});

test('its name depends on the program alone', () => {
  expect(findingFileName(program)).toMatch(/^heapspec-finding-[0-9a-f]{8}\.heap$/);
  expect(findingFileName(parseProgram(printProgram(program)))).toBe(findingFileName(program));
  expect(findingFileName(parseProgram('s1 = alloc 8'))).not.toBe(findingFileName(program));
});
