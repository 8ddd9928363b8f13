/** What a {@link TraceError} says, in parts. */
export interface TraceProblem {
  /** The name of the trace or workload: the file's, where it came from one. */
  readonly file: string;
  /** The line, counted from 1; 0 where the fault is the file's as a whole. */
  readonly line: number;
  /** The character within the line, counted from 1. */
  readonly column?: number;
  /** The field within the record, such as `state.spans[3].npages`. */
  readonly field?: string;
  readonly expected: string;
  readonly found: string;
}

/** A trace, or a workload, could not be read or makes no sense: says where, what was expected there, and what was found. */
export class TraceError extends Error implements TraceProblem {
  override readonly name = 'TraceError';
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly field?: string;
  readonly expected: string;
  readonly found: string;

  constructor(problem: TraceProblem, options?: ErrorOptions) {
    super(describe(problem), options);
    this.file = problem.file;
    this.line = problem.line;
    if (problem.column !== undefined) this.column = problem.column;
    if (problem.field !== undefined) this.field = problem.field;
    this.expected = problem.expected;
    this.found = problem.found;
  }
}

function describe({ file, line, column, field, expected, found }: TraceProblem): string {
  const place = [printable(file), ...(line > 0 ? [line] : []), ...(column === undefined ? [] : [column])];
  const where = field === undefined || field === '' ? '' : ` in ${field}`;
  return `${place.join(':')}: expected ${expected}${where}, found ${found}`;
}

/** What went wrong, of anything that was thrown. Not by class: Jest, for one, has several classes `Error`. */
export function messageOf(thrown: unknown): string {
  const { name, message } = Object(thrown) as { name?: unknown; message?: unknown };
  return typeof name === 'string' && typeof message === 'string' ? `${name}: ${message}` : String(thrown);
}

/** Control characters, line separators, and what turns the direction of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu;

/** Text from a trace made fit for a message: one line, nothing that a terminal would obey. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Text from a trace in quotes, printable, and cut where it is longer than `most` characters. */
export function quoted(text: string, most = 40): string {
  const shown = text.length > most ? `${text.slice(0, most)}…` : text;
  return printable(JSON.stringify(shown));
}
