import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ProcessImplementation, WasmImplementation, type Implementation } from '../conformance/index.js';
import { usageError } from './exit-code.js';
import { shellQuoted } from './finding.js';
import { printableLine } from './printable.js';

/** How a foreign heap is asked. */
export interface ForeignHeapOptions {
  /** Time, in ms, for the answer to one message. */
  readonly timeout: number;
  /** Whether all messages are checked against their schemas. */
  readonly validate?: boolean;
}

/**
 * A heap that is named on the command line: a WebAssembly module, or a program and its arguments. Nothing of it runs yet.
 *
 * @throws CliError where there is no such program, or the module can't be read.
 */
export function foreignHeap(
  [first, ...rest]: readonly string[],
  { timeout, validate = false }: ForeignHeapOptions,
): Implementation {
  if (!first.endsWith('.wasm')) {
    return new ProcessImplementation({
      command: executable(first),
      args: rest,
      timeout,
      validate,
    });
  }
  if (rest.length > 0) throw usageError('a WebAssembly module takes no arguments');
  readModule(first);
  // In a process of its own, since nothing else can end it where it hangs.
  const host = fileURLToPath(new URL('wasm-host.js', import.meta.url));
  return new ProcessImplementation({
    command: process.execPath,
    args: [host, resolve(first)],
    timeout,
    validate,
  });
}

/** Sees that a file is a module at all. */
function readModule(path: string): void {
  try {
    new WasmImplementation(path, readFileSync(path));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw usageError(`cannot read ${printableLine(path)} as a WebAssembly module: ${printableLine(why)}`);
  }
}

/** The path of a program: one with a slash as it is, a name as the shell would find it. */
function executable(name: string): string {
  const folders = name.includes('/') ? [''] : (process.env.PATH ?? '').split(delimiter);
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found === undefined) throw usageError(`there is no program ${printableLine(name)} that could be run`);
  return resolve(found);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * Options, and a heap behind them if there is one, as a shell takes them. A module goes first: behind an option that takes
 * several files it would be taken for one of them.
 */
export function argumentsFor(heap: readonly string[], options: readonly string[]): string {
  const isModule = heap.at(0)?.endsWith('.wasm') === true;
  const behind = heap.length === 0 || isModule ? [] : ['--', ...heap];
  const words = [...(isModule ? heap : []), ...options, ...behind];
  return words.map((word) => (word.startsWith('-') ? word : shellQuoted(word))).join(' ');
}
