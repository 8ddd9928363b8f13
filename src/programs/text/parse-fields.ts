import { COMMAND_FIELDS, type CommandName, type Field, type PlaceField } from '../command-fields.js';
import type { Argument, Expectation, Handle, Place } from '../program.js';
import type { Scanner } from './scanner.js';
import { suggest } from './suggest.js';
import { parseNumber, parseTime } from './times.js';

const HANDLE = /^[so](0|[1-9]\d{0,15})$/;
const CLAIM = /^@[1-9]\d{0,15}(?:\.[1-9]\d{0,15})*$/;
const OUTCOMES = ['result', 'RangeError', 'TypeError', 'fatal'] as const;

/** What makes a handle: the command, and the line in which it stands. */
export interface Maker {
  readonly op: CommandName;
  readonly line: number;
}

/** The handle that a word names: `s3` or `o3`; undefined where it names none. */
export function parseHandle(word: string): Handle | undefined {
  const digits = HANDLE.exec(word)?.[1];
  const handle = Number(digits);
  return Number.isSafeInteger(handle) ? handle : undefined;
}

/** Whether a handle is written with the letter for what a command makes: `o` for objects, `s` for spans. */
export function isNamedFor(word: string, op: CommandName): boolean {
  return word.startsWith(op === 'malloc' ? 'o' : 's');
}

/** Reads the moment at which a command runs, `@2.1`, where it says so. */
export function parseClaim(scanner: Scanner): { readonly claim?: readonly number[] } {
  const { kind, text } = scanner.token;
  if (kind !== 'word' || !text.startsWith('@')) return {};
  const claim = CLAIM.test(text) ? text.slice(1).split('.').map(Number) : [];
  if (claim.length === 0 || !claim.every((number) => Number.isSafeInteger(number))) {
    throw scanner.error('the number of a claim, such as @2 or @2.1, before a command');
  }
  scanner.take();
  return { claim };
}

/**
 * Reads what follows the name of a command: first the operands that stand by position, then those with a word, in
 * any order. `made` has the handles that may be used, and what made them.
 */
export function parseFields(
  scanner: Scanner,
  op: CommandName,
  made: ReadonlyMap<Handle, Maker>,
): Readonly<Record<string, unknown>> {
  const fields: readonly Field[] = COMMAND_FIELDS[op];
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    if (wordsOf(field).length === 0) values[field.key] = parseOperand(scanner, op, field, made);
  }
  const options = fields.filter((field) => wordsOf(field).length > 0);
  while (scanner.is('word')) parseOption(scanner, options, values);
  for (const field of options) {
    if (values[field.key] !== undefined || field.kind === 'choice') continue;
    if (field.kind === 'flag') values[field.key] = false;
    else if (field.kind === 'number' && field.optional) values[field.key] = field.simplest;
    else throw scanner.error(`${wordsOf(field).join(' or ')} and its value`);
  }
  return values;
}

/** Reads what a command must end in, `! RangeError or fatal "…"`, where it says so. */
export function parseExpectations(scanner: Scanner): { readonly expect?: readonly Expectation[] } {
  if (!scanner.is('!')) return {};
  const expect: Expectation[] = [];
  do {
    scanner.take();
    expect.push(parseExpectation(scanner));
  } while (scanner.is('word', 'or'));
  return { expect };
}

function parseExpectation(scanner: Scanner): Expectation {
  const { kind, text } = scanner.token;
  const outcome = kind === 'word' ? OUTCOMES.find((known) => known === text) : undefined;
  if (outcome === undefined) {
    throw scanner.error(`an outcome (${OUTCOMES.join(', ')})`, {
      suggestion: kind === 'word' ? suggest(text, OUTCOMES) : undefined,
    });
  }
  scanner.take();
  if (outcome !== 'fatal') return { kind: outcome };
  if (!scanner.is('string')) throw scanner.error('the message of the fatal error as a string');
  return { kind: 'FatalError', message: scanner.take().text };
}

/** The words that a field may begin with. */
function wordsOf(field: Field): readonly string[] {
  if (field.kind === 'choice') return [field.yes, field.no];
  return 'word' in field && field.word !== undefined ? [field.word] : [];
}

function parseOption(scanner: Scanner, options: readonly Field[], values: Record<string, unknown>): void {
  const { text } = scanner.token;
  const field = options.find((option) => wordsOf(option).includes(text));
  if (field === undefined) {
    const known = options.filter((option) => values[option.key] === undefined).flatMap(wordsOf);
    const expected =
      known.length === 0 ? 'the end of the line' : `${known.join(', ')} or the end of the line`;
    throw scanner.error(expected, { suggestion: suggest(text, known) });
  }
  if (values[field.key] !== undefined) throw scanner.error(`${wordsOf(field).join(' or ')} once`);
  const word = scanner.take();
  if (field.kind === 'number') {
    values[field.key] = parseArgument(scanner, `a number after ${text}`, parseNumber);
  } else values[field.key] = field.kind !== 'choice' || word.text === field.yes;
}

function parseOperand(
  scanner: Scanner,
  op: CommandName,
  field: Field,
  made: ReadonlyMap<Handle, Maker>,
): unknown {
  if (field.kind === 'place') return parsePlace(scanner, op, field, made);
  if (field.kind === 'time') {
    return parseArgument(scanner, `a time such as 5m, 300s or 20ns after ${op}`, parseTime);
  }
  const unit = field.key === 'size' ? 'bytes' : 'pages';
  return parseArgument(scanner, `a number of ${unit} after ${op}`, parseNumber);
}

/** A number, or a string that stands for misuse. */
function parseArgument(
  scanner: Scanner,
  expected: string,
  parse: (word: string) => number | undefined,
): Argument {
  const { kind, text } = scanner.token;
  const value = kind === 'string' ? text : kind === 'word' ? parse(text) : undefined;
  if (value === undefined) throw scanner.error(expected);
  scanner.take();
  return value;
}

function parsePlace(
  scanner: Scanner,
  op: CommandName,
  field: PlaceField,
  made: ReadonlyMap<Handle, Maker>,
): Place | null {
  const expected = `a place such as s3, o3+8 or @4096${field.nil ? ', or nil,' : ''} after ${op}`;
  const { token } = scanner;
  const { kind, text } = token;
  if (kind !== 'word') throw scanner.error(expected);
  if (field.nil && text === 'nil') {
    scanner.take();
    return null;
  }
  if (text.startsWith('@')) {
    scanner.take();
    const string = scanner.token;
    if (text === '@' && string.kind === 'string' && scanner.touches(token, string)) {
      return { offset: scanner.take().text };
    }
    const offset = parseNumber(text.slice(1));
    if (offset === undefined) throw scanner.error(expected, { at: token });
    return { offset };
  }
  const named = parseNamedPlace(text);
  if (named === undefined) throw scanner.error(expected);
  const { handle } = named;
  const maker = made.get(handle);
  if (maker === undefined) throw scanner.error('a handle that an earlier line makes');
  if (!isNamedFor(text, maker.op)) {
    const known = maker.op === 'malloc' ? `o${handle}, an object` : `s${handle}, a span`;
    throw scanner.error(`${known} that line ${maker.line} makes`);
  }
  scanner.take();
  return named;
}

/** A handle, alone or with an offset: `s3+8`; undefined where a word is none. */
function parseNamedPlace(word: string): { readonly handle: Handle; readonly offset: number } | undefined {
  const name = /^[^+-]*/.exec(word)?.[0] ?? '';
  const handle = parseHandle(name);
  const signed = word.slice(name.length);
  const offset = signed === '' ? 0 : parseNumber(signed);
  return handle === undefined || offset === undefined ? undefined : { handle, offset };
}
