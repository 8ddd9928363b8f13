import { ProgramSyntaxError } from './syntax-error.js';

/** A piece of a line. */
export interface Token {
  /** `end`: the end of the line, or of the text, where `text` is empty. */
  readonly kind: 'word' | 'string' | '=' | '!' | 'end';
  /** As it stands in the text, but for a string: its value. */
  readonly text: string;
  /** Offsets in the whole text. */
  readonly start: number;
  readonly end: number;
}

/** Code units of text that a message quotes at most. */
const QUOTED = 40;

const TAB = 9;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const SPACE = 32;

/** Code units below 128 that end a word: 1. */
const ENDS_WORD = new Uint8Array(128);
for (const end of ' \t\r\n"=!#') ENDS_WORD[end.charCodeAt(0)] = 1;

/** Reads a text one token at a time, line by line, each character once. */
export class Scanner {
  /** The token to be read next. */
  token: Token;
  private line = 1;
  private lineStart = 0;

  constructor(
    private readonly text: string,
    private readonly file: string,
  ) {
    // Some editors put a byte order mark in front.
    if (text.startsWith('\ufeff')) this.lineStart = 1;
    this.token = this.scan(this.lineStart);
  }

  /** Whether the token is of a kind and, where that is given, has this text. */
  is(kind: Token['kind'], text?: string): boolean {
    return this.token.kind === kind && (text === undefined || this.token.text === text);
  }

  /** Takes the token, and reads the next. At the end of a line it stays there. */
  take(): Token {
    const { token } = this;
    if (token.kind !== 'end') this.token = this.scan(token.end);
    return token;
  }

  /** Goes on to the next line; false where the text has ended. */
  nextLine(): boolean {
    const { end } = this.token;
    if (end >= this.text.length) return false;
    this.line++;
    this.lineStart = end + 1;
    this.token = this.scan(this.lineStart);
    return true;
  }

  /** Whether two tokens touch. */
  touches(first: Token, second: Token): boolean {
    return first.end === second.start;
  }

  /** Line of the token to be read next, from 1. */
  get lineNumber(): number {
    return this.line;
  }

  /** The error that a token of this line, by default the next one, is not what it should be. */
  error(
    expected: string,
    options: { at?: Token; found?: string; suggestion?: string | undefined } = {},
  ): ProgramSyntaxError {
    const { at = this.token, suggestion } = options;
    const found = options.found ?? this.describe(at);
    const column = Math.max(at.start - this.lineStart, 0) + 1;
    return new ProgramSyntaxError({ file: this.file, line: this.line, column, expected, found, suggestion });
  }

  private describe(token: Token): string {
    if (token.kind === 'end') {
      return token.end >= this.text.length ? 'the end of the text' : 'the end of the line';
    }
    return quote(this.text.slice(token.start, Math.min(token.end, token.start + QUOTED + 1)));
  }

  private scan(from: number): Token {
    const { text } = this;
    let start = from;
    while (isBlank(text.charCodeAt(start))) start++;
    const first = text[start];
    if (first === undefined || first === '\n') return { kind: 'end', text: '', start, end: start };
    if (first === '#') return { kind: 'end', text: '', start, end: this.endOfLine(start) };
    if (first === '=' || first === '!') return { kind: first, text: first, start, end: start + 1 };
    if (first === '"') return this.scanString(start);
    let end = start + 1;
    while (end < text.length && ENDS_WORD[text.charCodeAt(end)] !== 1) end++;
    return { kind: 'word', text: text.slice(start, end), start, end };
  }

  private endOfLine(from: number): number {
    const end = this.text.indexOf('\n', from);
    return end < 0 ? this.text.length : end;
  }

  /** A string is written as in JSON. */
  private scanString(start: number): Token {
    const { text } = this;
    let end = start + 1;
    while (end < text.length && text[end] !== '"' && text.charCodeAt(end) !== LINE_FEED) {
      end += text[end] === '\\' ? 2 : 1;
    }
    const written = text.slice(start, end + 1);
    const token: Token = { kind: 'string', text: written, start, end: Math.min(end + 1, text.length) };
    if (text[end] !== '"') throw this.error('a closing quote', { at: token });
    try {
      return { ...token, text: JSON.parse(written) as string };
    } catch {
      throw this.error('a string as in JSON', { at: token });
    }
  }
}

/** A carriage return is a blank, so that lines may end in either way. */
function isBlank(code: number): boolean {
  return code === SPACE || code === TAB || code === CARRIAGE_RETURN;
}

/** A piece of a text in quotes, cut where it is long, with what is not printable escaped. */
function quote(text: string): string {
  let printable = '';
  let shown = 0;
  for (const char of text.slice(0, QUOTED)) {
    // Escaped, it may still be long.
    if (printable.length > 2 * QUOTED) break;
    shown += char.length;
    printable += isPrintable(char) ? char : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`;
  }
  if (shown < text.length) printable += '…';
  return text.startsWith('"') ? printable : `'${printable}'`;
}

function isPrintable(char: string): boolean {
  return char >= ' ' && char <= '~';
}
