import { inspect } from 'node:util';
import type { Difference } from '../lockstep/index.js';
import type { Operation } from '../spec/index.js';
import { canonicalJson } from './print-record.js';
import type { TraceMismatch } from './replay.js';
import { printable } from './trace-error.js';

/** Differences that are shown; how many more there are is said. */
const MOST_DIFFERENCES = 20;

/** Characters of a value that are shown: of a longer one, those around the place where the two part. */
const MOST_CHARACTERS = 160;

/** Characters shown before that place. */
const LEAD = 40;

/**
 * A mismatch as plain text of several lines, without a line feed at the end: where it is, which operation the heap
 * had performed, and each difference with what the trace says and what the heap did.
 */
export function renderMismatch(mismatch: TraceMismatch): string {
  const { file, line, heap, operation, performed, nested, kind, crash, differences } = mismatch;
  const lines = [`${printable(file)}:${line}: ${printable(heap)} ${WHAT[kind]} ${place(operation)}`];
  if (performed) lines.push(`  ${renderOperation(performed)}`);
  if (nested) lines.push(`  in ${printable(nested.path)}: ${renderOperation(nested.performed)}`);
  if (crash !== undefined) lines.push('', `  ${printable(crash)}`);
  for (const difference of differences.slice(0, MOST_DIFFERENCES)) {
    lines.push('', ...renderDifference(difference));
  }
  const more = differences.length - MOST_DIFFERENCES;
  if (more > 0) lines.push('', `  and ${more} more ${more === 1 ? 'difference' : 'differences'}`);
  return lines.join('\n');
}

const WHAT: Readonly<Record<TraceMismatch['kind'], string>> = {
  step: 'differs from the trace at',
  state: 'differs from the trace in its state after',
  crash: 'broke down at',
  hang: 'did not come back at',
};

function place(operation: number): string {
  return operation === 0 ? 'the start' : `operation ${operation}`;
}

function renderOperation({ op, ...args }: Operation): string {
  return printable(Object.keys(args).length === 0 ? op : `${op} ${shown(args)}`);
}

/** A difference as three lines: its path, what was expected there, and what was found. */
export function renderDifference({ path, expected, actual }: Difference): string[] {
  const wanted = shown(expected);
  const found = shown(actual);
  const start = Math.max(0, commonStart(wanted, found) - LEAD);
  return [`  ${printable(path)}`, `    expected ${cut(wanted, start)}`, `    actual   ${cut(found, start)}`];
}

/** A value in one line; a value of no trace, such as NaN, too. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  try {
    return canonicalJson(value);
  } catch {
    return inspect(value);
  }
}

/** A part of a text that begins at `start` or, where all of it fits, at its beginning. */
function cut(text: string, start: number): string {
  if (text.length <= MOST_CHARACTERS) return printable(text);
  const end = start + MOST_CHARACTERS;
  const middle = printable(text.slice(start, end));
  return `${start > 0 ? '…' : ''}${middle}${end < text.length ? '…' : ''}`;
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a.charCodeAt(length) === b.charCodeAt(length)) length++;
  return length;
}
