import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import loadWabt from 'wabt';
import {
  checkConformance,
  ProcessImplementation,
  WasmImplementation,
  type ConformanceReport,
  type Implementation,
} from 'heapspec';
import { REPOSITORY } from './repository.js';

// The examples in other languages are built, and conform to what they claim.

const EXAMPLES = join(REPOSITORY, 'examples');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'heapspec-examples-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs a tool that the machine must have, and says what is missing where it has it not. */
function tool(name: string, purpose: string, args: readonly string[]): void {
  try {
    execFileSync(name, args, { stdio: 'pipe' });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new Error(`this test needs ${name}, which is not installed: ${purpose}`, { cause: error });
    }
    throw error;
  }
}

async function requireSafety(implementation: Implementation): Promise<ConformanceReport> {
  const report = await checkConformance(implementation, { runs: 300 });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ conforms: true, profile: 'safety', level: 'pages' });
  const passed = report.clauses.filter(({ verdict }) => verdict === 'passed');
  expect(passed.length).toBeGreaterThanOrEqual(20);
  expect(report.clauses.every(({ verdict }) => verdict === 'passed' || verdict === 'unsupported')).toBe(true);
  return report;
}

test('C over standard input and output', async () => {
  const command = join(folder, 'heap');
  const source = join(EXAMPLES, 'c-stdio', 'heap.c');
  const flags = ['-std=c11', '-O1', '-Wall', '-Wextra', '-Werror'];
  tool('gcc', 'it compiles examples/c-stdio', [...flags, '-o', command, source, '-lm']);
  await requireSafety(new ProcessImplementation({ command, validate: true }));
});

test('Python over standard input and output', async () => {
  tool('/usr/bin/python3', 'it runs examples/python-stdio', ['--version']);
  const file = join(EXAMPLES, 'python-stdio', 'heap.py');
  // It shows how little is needed.
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  expect(lines.length).toBeLessThanOrEqual(55);
  const args = [file];
  await requireSafety(new ProcessImplementation({ command: '/usr/bin/python3', args, validate: true }));
});

test('WebAssembly, from its text', async () => {
  const text = readFileSync(join(EXAMPLES, 'wasm', 'heap.wat'), 'utf8');
  const module = (await loadWabt()).parseWat('heap.wat', text);
  module.validate();
  await requireSafety(new WasmImplementation('heap.wasm', module.toBinary({}).buffer));
});
