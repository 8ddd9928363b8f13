import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import loadWabt from 'wabt';
import { checkConformance, parseProgram, WasmImplementation } from 'heapspec';
import { heapspec } from './command-line.js';

// Modules that do something odd: each has its verdict.

const PROGRAMS = [parseProgram('s1 = alloc 1\nquery s1')];

/** A module that does nothing but what its parts do otherwise. */
const text = (parts: { perform?: string; protocol?: string; imports?: string; without?: string }): string => {
  const { perform = '(i32.const 0)', protocol = '(i32.const 1)', imports = '', without } = parts;
  const functions = {
    protocol: `(result i32) ${protocol}`,
    profile: '(result i32) (i32.const 0)',
    level: '(result i32) (i32.const 0)',
    results: '(result i32) (i32.const 0)',
    create: '(param f64 f64 f64 f64 f64 f64 f64)',
    perform: `(param i32 f64 f64 f64 f64) (result i32) ${perform}`,
  };
  const exported = Object.entries(functions).filter(([name]) => name !== without);
  return `(module ${imports} (memory (export "memory") 1)
    ${exported.map(([name, body]) => `(func (export "${name}") ${body})`).join('\n')})`;
};

async function bytesOf(wat: string): Promise<Uint8Array> {
  return (await loadWabt()).parseWat('odd.wat', wat).toBinary({}).buffer;
}

test.each<[what: string, module: Parameters<typeof text>[0], kind: string, message: RegExp]>([
  ['traps', { perform: '(unreachable)' }, 'crashed', /it trapped: unreachable/],
  ['speaks another version', { protocol: '(i32.const 2)' }, 'wrong-version', /version 2 of the protocol/],
  ['has no perform', { without: 'perform' }, 'crashed', /could not be started: .*perform/],
  [
    'wants more of its host than there is',
    { imports: '(import "host" "readFile" (func))' },
    'crashed',
    /could not be started: .*readFile/,
  ],
  [
    'never ends its recursion',
    { perform: '(call 5 (local.get 0) (local.get 1) (local.get 2) (local.get 3) (local.get 4))' },
    'crashed',
    /it trapped: Maximum call stack/,
  ],
])('one that %s', async (_, parts, kind, message) => {
  const implementation = new WasmImplementation('odd', await bytesOf(text(parts)));
  const report = await checkConformance(implementation, { programs: PROGRAMS });
  expect(report.conforms).toBe(false);
  expect(report.findings[0].breakdown).toMatchObject({ kind });
  expect(report.findings[0].breakdown?.message).toMatch(message);
});

test.each([
  ['a status that there is not', '(i32.const 99)'],
  ['no number for an address', '(f64.store (i32.const 0) (f64.const nan)) (i32.const 1)'],
  [
    'an address out of this world',
    '(f64.store (i32.const 0) (f64.const 1e300)) (f64.store (i32.const 8) (f64.const 0)) (i32.const 1)',
  ],
])('one that gives %s', async (_, perform) => {
  const implementation = new WasmImplementation('odd', await bytesOf(text({ perform })));
  const report = await checkConformance(implementation, { programs: PROGRAMS });
  expect(report.conforms).toBe(false);
  expect(report.findings.length).toBeGreaterThan(0);
});

test.each<[what: string, module: Parameters<typeof text>[0], kind: string]>([
  ['does not come back', { perform: '(loop (br 0)) (i32.const 0)' }, 'timed-out'],
  ['speaks another version', { protocol: '(i32.const 2)' }, 'wrong-version'],
  ['has no perform', { without: 'perform' }, 'crashed'],
])('one that %s, on the command line', async (_, parts, kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'heapspec-wasm-'));
  writeFileSync(join(folder, 'odd.wasm'), await bytesOf(text(parts)));
  writeFileSync(join(folder, 'tick.heap'), 'tick 1s\n');
  const args = ['conform', '--program', 'tick.heap', '--timeout', '700ms', '--json', 'odd.wasm'];
  const { code, stdout } = await heapspec(args, { cwd: folder });
  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ findings: [{ breakdown: { kind } }] });
});
