import { objectHandles, printCommand, printProgram } from '../programs/index.js';
import type { Program } from '../programs/program.js';
import type { Difference } from './diff.js';
import type { Divergence } from './report.js';

/** Of longer programs only so many commands before the finding are shown. */
const MOST_COMMANDS = 200;

/** Of more differences only so many are shown. */
const MOST_DIFFERENCES = 20;

/** Of longer lists only so many items are shown, from a little before the first that differs. */
const MOST_ITEMS = 12;

/** Longer texts are cut. */
const MOST_CHARACTERS = 400;

/**
 * A divergence as plain text for a person: what is wrong, what differs, and the program up to there, which can be copied
 * out and run again.
 */
export function renderDivergence(program: Program, divergence: Divergence): string {
  const parts = [headline(program, divergence), renderDifferences(divergence), renderInvariant(divergence)];
  parts.push(renderProgram(program, divergence));
  return parts.filter((part) => part !== '').join('\n\n');
}

function headline({ commands }: Program, divergence: Divergence): string {
  const { kind, command, commandIndex, operation, message } = divergence;
  if (command === null) return `Before the first command: ${message}.`;
  const text = printCommand(command, objectHandles(commands));
  const when = kind === 'hang' ? 'At' : 'After';
  return `${when} operation ${operation} (command ${commandIndex + 1} of ${commands.length}, \`${text}\`): ${message}.`;
}

/** What differs, a block for each, as plain text; empty where nothing does. */
export function renderDifferences({ differences, heap, against }: Divergence): string {
  if (differences.length === 0) return '';
  const expected = against === undefined ? 'expected' : `expected (${against})`;
  const width = Math.max(expected.length, `actual (${heap})`.length);
  const blocks = differences.slice(0, MOST_DIFFERENCES).map((difference) => {
    const [wanted, found] = renderPair(difference);
    return [
      `  ${difference.path}`,
      `    ${expected.padEnd(width)}  ${wanted}`,
      `    ${`actual (${heap})`.padEnd(width)}  ${found}`,
    ].join('\n');
  });
  const hidden = differences.length - blocks.length;
  if (hidden > 0) blocks.push(`  and ${hidden} more ${hidden === 1 ? 'difference' : 'differences'}`);
  return blocks.join('\n');
}

function renderInvariant({ invariant }: Divergence): string {
  return invariant ? `  ${invariant.name}: ${invariant.why}` : '';
}

function renderProgram(program: Program, divergence: Divergence): string {
  const { commands } = program;
  const { commandIndex, operation, lastIndex = commandIndex } = divergence;
  const header = printProgram({ ...program, commands: [] })
    .trimEnd()
    .split('\n');
  const objects = objectHandles(commands);
  const first = Math.max(0, commandIndex + 1 - MOST_COMMANDS);
  const lines = commands.slice(first, lastIndex + 1).map((command, i) => {
    const line = printCommand(command, objects);
    return first + i === commandIndex ? `${line}  # <-- operation ${operation}` : line;
  });
  if (first > 0) header.push(`# the ${first} commands before these are left out`);
  const rest = commands.length - lastIndex - 1;
  if (rest === 1) lines.push('# the command after this does not matter');
  if (rest > 1) lines.push(`# the ${rest} commands after this do not matter`);
  return ['The program:', '', ...[...header, ...lines].map((line) => `  ${line}`)].join('\n');
}

/** Two values as text; of two long lists only where they begin to differ. */
function renderPair({ expected, actual }: Difference): [expected: string, actual: string] {
  if (!Array.isArray(expected) || !Array.isArray(actual)) return [renderValue(expected), renderValue(actual)];
  const wanted = expected.map((item) => JSON.stringify(item));
  const found = actual.map((item) => JSON.stringify(item));
  let from = 0;
  while (from < wanted.length && wanted[from] === found[from]) from++;
  from = Math.max(0, Math.max(wanted.length, found.length) <= MOST_ITEMS ? 0 : from - 2);
  return [renderList(wanted, from), renderList(found, from)];
}

function renderList(items: readonly string[], from: number): string {
  const shown = items.slice(from, from + MOST_ITEMS);
  if (from > 0) shown.unshift(`… ${from} alike …`);
  const after = items.length - from - MOST_ITEMS;
  if (after > 0) shown.push(`… ${after} more`);
  return `[${shown.join(', ')}]`;
}

function renderValue(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}
