/** Where in a text something stands: both count from 1, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** What a text says and what it should say. */
export interface SyntaxProblem extends TextPosition {
  /** Name of the text for the message. */
  readonly file: string;
  /** What could stand there. */
  readonly expected: string;
  /** What stands there. */
  readonly found: string;
  /** What was probably meant. */
  readonly suggestion?: string | undefined;
}

/** A text is no program: the message says where, what was expected and what was found there. */
export class ProgramSyntaxError extends Error {
  override readonly name = 'ProgramSyntaxError';
  /** Name of the text. */
  readonly file: string;
  /** Line, from 1. */
  readonly line: number;
  /** Column, from 1, in UTF-16 units. */
  readonly column: number;
  /** What could stand there. */
  readonly expected: string;
  /** What stands there. */
  readonly found: string;
  /** What was probably meant, where a word looks misspelled. */
  readonly suggestion: string | undefined;

  constructor(problem: SyntaxProblem) {
    const { file, line, column, expected, found, suggestion } = problem;
    const hint = suggestion === undefined ? '' : ` (did you mean ${suggestion}?)`;
    super(`${file}:${line}:${column}: expected ${expected}, found ${found}${hint}`);
    this.file = file;
    this.line = line;
    this.column = column;
    this.expected = expected;
    this.found = found;
    this.suggestion = suggestion;
  }
}
