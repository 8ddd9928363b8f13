import { quoted } from './trace-error.js';

/** Reads one value at the reader's position, checks it, and leaves the position behind it. */
export type Decoder<T> = (json: JsonReader) => T;

/** The text is not what the format wants; each object and array around the place adds its step to `field`. */
export class JsonProblem extends Error {
  override readonly name = 'JsonProblem';
  field = '';

  constructor(
    readonly column: number,
    readonly expected: string,
    readonly found: string,
    /** The fault is the key itself, which therefore is no step of the way to it. */
    private key = false,
  ) {
    super(`expected ${expected}, found ${found}`);
  }

  /** Puts the next step of the way to the fault, seen from the inside, in front. */
  within(step: string): this {
    if (this.key) this.key = false;
    else this.field = step + this.field;
    return this;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/** Sign, digits before the point, digits behind it, exponent. */
const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Reads JSON text from left to right as its caller directs, and refuses at once what the caller does not expect: so
 * nothing is built of a value that has no place, however deep or large it is, and a key that occurs twice is seen.
 */
export class JsonReader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** How many characters have been read. */
  get position(): number {
    return this.at;
  }

  /** Throws a {@link JsonProblem} about what stands at `at`, by default the reader's position. */
  fail(expected: string, at = this.at): never {
    throw new JsonProblem(at + 1, expected, this.describe(at));
  }

  /** Throws a {@link JsonProblem} about the object or array that was just read. */
  failBehind(expected: string, found: string): never {
    throw new JsonProblem(this.at, expected, found);
  }

  /** Throws a {@link JsonProblem} about the key at `at`, whose value was to be read next. */
  failUnder(expected: string, at: number): never {
    throw new JsonProblem(at + 1, expected, this.describe(at).replace(/^the string/, 'the key'), true);
  }

  /** The character that the next value begins with, after white space; NaN at the end of the text. */
  peek(): number {
    for (;;) {
      const code = this.text.charCodeAt(this.at);
      // Line feeds can't occur: the text is one line.
      if (code !== 0x20 && code !== 0x09 && code !== 0x0d) return code;
      this.at++;
    }
  }

  /** Checks that nothing but white space is left. */
  end(): void {
    if (!Number.isNaN(this.peek())) this.fail('the end of the line');
  }

  /** Reads `word` if the next value is it, and says whether it was. */
  skip(word: 'null' | 'true' | 'false'): boolean {
    this.peek();
    if (!this.text.startsWith(word, this.at)) return false;
    this.at += word.length;
    return true;
  }

  /** Reads a number, however it is written, that is an integer from `least` to `most`; both must be safe. */
  integer(least: number, most: number): number {
    const first = this.peek();
    const start = this.at;
    let at = first === MINUS ? start + 1 : start;
    const digits = at;
    let value = 0;
    for (; ; at++) {
      const code = this.text.charCodeAt(at);
      if (!isDigit(code)) break;
      // Exact as far as it is safe; what is not stays so, however it is rounded.
      value = value * 10 + (code - DIGIT_0);
    }
    if (continuesNumber(this.text.charCodeAt(at))) return this.unusualInteger(least, most);
    // Minus zero is zero.
    if (first === MINUS && value !== 0) value = -value;
    if (
      !(value >= least && value <= most) ||
      at === digits ||
      (at - digits > 1 && this.text.charCodeAt(digits) === DIGIT_0)
    ) {
      this.fail(`an integer from ${least} to ${most}`);
    }
    this.at = at;
    return value;
  }

  /** Reads any finite number of at least `least`. */
  number(least: number): number {
    this.peek();
    const written = this.writtenNumber();
    const value = Number(written ?? NaN);
    if (written === undefined || !Number.isFinite(value) || !(value >= least)) {
      this.fail(`a number of at least ${least}`);
    }
    this.at += written.length;
    return value;
  }

  /** Reads true or false. */
  boolean(): boolean {
    if (this.skip('true')) return true;
    if (this.skip('false')) return false;
    return this.fail('true or false');
  }

  /** Reads a string; `expected` says what of, where something else stands there. */
  string(expected = 'a string'): string {
    if (this.peek() !== QUOTE) this.fail(expected);
    const start = this.at + 1;
    for (let at = start; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === QUOTE) {
        this.at = at + 1;
        return this.text.slice(start, at);
      }
      if (code === BACKSLASH) return this.escapedString(at);
      if (code < 0x20) this.fail('no control character in a string', at);
    }
    return this.fail('the end of the string', this.text.length);
  }

  /** Reads an array, element by element; `index` counts them from 0. */
  array(element: (index: number) => void): void {
    if (this.peek() !== OPEN_BRACKET) this.fail('an array');
    this.at++;
    if (this.peek() === CLOSE_BRACKET) {
      this.at++;
      return;
    }
    for (let index = 0; ; index++) {
      try {
        element(index);
      } catch (error) {
        throw error instanceof JsonProblem ? error.within(`[${index}]`) : error;
      }
      const code = this.peek();
      if (code !== COMMA && code !== CLOSE_BRACKET) this.fail('"," or "]"');
      this.at++;
      if (code === CLOSE_BRACKET) return;
    }
  }

  /** Reads an object, key by key: `entry` is called behind the colon and has to read the value. */
  object(entry: (key: string, at: number) => void): void {
    if (this.peek() !== OPEN_BRACE) this.fail('an object');
    this.at++;
    if (this.peek() === CLOSE_BRACE) {
      this.at++;
      return;
    }
    for (;;) {
      this.peek();
      const keyAt = this.at;
      const key = this.string('a key');
      if (this.peek() !== COLON) this.fail('":"');
      this.at++;
      try {
        entry(key, keyAt);
      } catch (error) {
        throw error instanceof JsonProblem ? error.within(`.${key}`) : error;
      }
      const code = this.peek();
      if (code !== COMMA && code !== CLOSE_BRACE) this.fail('"," or "}"');
      this.at++;
      if (code === CLOSE_BRACE) return;
    }
  }

  /** Reads an integer with a fraction or an exponent, such as 1.0, 1e3 or 500e-2. */
  private unusualInteger(least: number, most: number): number {
    const written = this.writtenNumber() ?? '';
    const after = this.text.charCodeAt(this.at + written.length);
    const value = exactInteger(written);
    if (
      value === undefined ||
      isDigit(after) ||
      continuesNumber(after) ||
      !(value >= least && value <= most)
    ) {
      return this.fail(`an integer from ${least} to ${most}`);
    }
    this.at += written.length;
    return value;
  }

  /** The number that stands here; undefined where none does. */
  private writtenNumber(): string | undefined {
    NUMBER.lastIndex = this.at;
    return NUMBER.exec(this.text)?.[0];
  }

  private escapedString(from: number): string {
    const start = this.at;
    let at = from;
    while (at < this.text.length && this.text.charCodeAt(at) !== QUOTE) {
      at += this.text.charCodeAt(at) === BACKSLASH ? 2 : 1;
    }
    if (at >= this.text.length) this.fail('the end of the string', this.text.length);
    try {
      const value: unknown = JSON.parse(this.text.slice(start, at + 1));
      this.at = at + 1;
      return String(value);
    } catch {
      return this.fail('a string without unknown escapes and control characters');
    }
  }

  /** What stands at `at`, in words for a message. */
  private describe(at: number): string {
    const rest = this.text.slice(at, at + 60);
    const word = /^(?:null|true|false)\b/.exec(rest)?.[0];
    if (word !== undefined) return word;
    const number = /^-?\d[\d.eE+-]*/.exec(rest)?.[0];
    if (number !== undefined) return `the number ${number}${number.length === 60 ? '…' : ''}`;
    switch (rest.charAt(0)) {
      case '':
        return this.text.length === 0 ? 'an empty line' : 'the end of the line';
      case '{':
        return 'an object';
      case '[':
        return 'an array';
      case '"':
        return `the string ${quoted(/^"((?:[^"\\]|\\.)*)/.exec(rest)?.[1] ?? '')}`;
      default:
        return quoted(String.fromCodePoint(rest.codePointAt(0) ?? 0));
    }
  }
}

/** Digits of the greatest safe integer. */
const MOST_DIGITS = 16;

/** The value of a JSON number, if it is an integer of at most 16 digits; found by moving its digits, so that it is exact. */
function exactInteger(written: string): number | undefined {
  const [, sign, whole, fraction = '', exponent = '0'] = PARTS.exec(written) ?? [];
  if (whole === undefined) return undefined;
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return 0;
  let end = digits.length;
  while (digits.charCodeAt(end - 1) === DIGIT_0) end--;
  const zeros = Number(exponent) - fraction.length + (digits.length - end);
  if (zeros < 0 || end + zeros > MOST_DIGITS) return undefined;
  return Number(`${sign}${digits.slice(0, end)}${'0'.repeat(zeros)}`);
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

function continuesNumber(code: number): boolean {
  return code === 0x2e || code === 0x45 || code === 0x65;
}
