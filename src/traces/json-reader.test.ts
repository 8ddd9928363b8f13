import fc from 'fast-check';
import assert from 'node:assert/strict';
import { JsonProblem, JsonReader } from './json-reader.js';

/** Reads any value: what the decoders of traces never do. */
function anyValue(json: JsonReader): unknown {
  const code = String.fromCharCode(json.peek());
  if (code === '[') {
    const elements: unknown[] = [];
    json.array(() => elements.push(anyValue(json)));
    return elements;
  }
  if (code === '{') {
    const entries = new Map<string, unknown>();
    json.object((key, at) => {
      if (entries.has(key)) json.failUnder('each key once', at);
      entries.set(key, anyValue(json));
    });
    return Object.fromEntries(entries);
  }
  if (code === '"') return json.string();
  if (json.skip('null')) return null;
  if (code === 't' || code === 'f') return json.boolean();
  return json.number(-Infinity);
}

function read(text: string): unknown {
  const json = new JsonReader(text);
  const value = anyValue(json);
  json.end();
  return value;
}

/** The value, or undefined where the text is no JSON. */
function attempt(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    assert(error instanceof SyntaxError || error instanceof JsonProblem, String(error));
    return undefined;
  }
}

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), fc.constantFrom(0, 1, 3), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), null, indent).replaceAll('\n', '\t');
      if (spaced.includes('__proto__')) return;
      assert.deepEqual(read(spaced), JSON.parse(spaced));
    }),
    { numRuns: 500 },
  );
});

test('refuses what JSON.parse refuses', () => {
  const snippet = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"',
    '\\',
    '-',
    '0',
    '1',
    '.',
    'e',
    'null',
    ' ',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.json(), fc.nat(), fc.nat(2), snippet, (text, at, length, put) => {
      const start = at % (text.length + 1);
      const damaged = text.slice(0, start) + put + text.slice(start + length);
      const mine = attempt(read, damaged);
      const theirs = attempt((json) => JSON.parse(json) as unknown, damaged);
      // A number too large for a double, or a key that occurs twice, is refused here alone.
      if (mine === undefined && theirs !== undefined) {
        assert.throws(() => read(damaged), /found the key|expected a number/);
      } else {
        assert.deepEqual(mine, theirs);
      }
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['0', 0],
  ['-1', -1],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
  ['-9007199254740991', -Number.MAX_SAFE_INTEGER],
  ['999999999999999', 999999999999999],
  ['-0', 0],
  ['1.0', 1],
  ['-1.50e1', -15],
  ['1e3', 1000],
  ['1E+03', 1000],
  ['1500e-2', 15],
  ['0.0e99999999999999999999', 0],
  ['0.9007199254740991e16', Number.MAX_SAFE_INTEGER],
  ['9007199254740991.000', Number.MAX_SAFE_INTEGER],
  [`1${'0'.repeat(300)}e-300`, 1],
])('reads the integer %s', (text, value) => {
  const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
  expect(new JsonReader(text).integer(MIN_SAFE_INTEGER, MAX_SAFE_INTEGER)).toBe(value);
});

test.each([
  ['9007199254740992', 'the number 9007199254740992'],
  ['9007199254740993', 'the number 9007199254740993'],
  ['1'.repeat(70), 'the number 1111'],
  ['9007199254740992.0', 'the number 9007199254740992.0'],
  ['0.9007199254740993e16', 'the number 0.9007199254740993e16'],
  ['9.007199254740991e16', 'the number 9.007199254740991e16'],
  ['1e400', 'the number 1e400'],
  ['1e99999999999999999999', 'the number 1e99999999999999999999'],
  ['1.5', 'the number 1.5'],
  ['1.00000000000000000001', 'the number 1.00000000000000000001'],
  ['5e-1', 'the number 5e-1'],
  ['5e-99999999999999999999', 'the number 5e-99999999999999999999'],
  ['1.', 'the number 1.'],
  ['1e', 'the number 1e'],
  ['1.0.0', 'the number 1.0.0'],
  ['01.0', 'the number 01.0'],
  ['-.5', '"-"'],
  ['01', 'the number 01'],
  ['-', '"-"'],
  ['+1', '"+"'],
  ['', 'an empty line'],
  ['  ', 'the end of the line'],
  ['NaN', '"N"'],
  ['"1"', 'the string "1"'],
  ['{}', 'an object'],
  ['[1]', 'an array'],
  ['true', 'true'],
])('refuses %j as an integer', (text, found) => {
  const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
  const attempt = (): number => new JsonReader(text).integer(MIN_SAFE_INTEGER, MAX_SAFE_INTEGER);
  expect(attempt).toThrow(`expected an integer from -9007199254740991 to 9007199254740991, found ${found}`);
});

test('names the place of a fault by the keys and indexes around it', () => {
  const json = new JsonReader('{"a":[0,{"b":"x"}]}');
  const readNumbers = (): void =>
    json.object(() => json.array((i) => (i === 0 ? json.number(0) : json.object(() => json.number(0)))));
  expect(readNumbers).toThrow(expect.objectContaining({ field: '.a[1].b', column: 14 }) as Error);
});

test('reads every way to write an integer as JSON.parse does', () => {
  const written = fc.tuple(fc.maxSafeInteger(), fc.nat(20), fc.nat(20)).map(([value, point, zeros]) => {
    const digits = `${Math.abs(value)}${'0'.repeat(zeros)}`.padStart(point + 1, '0');
    const mantissa = `${digits.slice(0, digits.length - point)}.${digits.slice(digits.length - point)}0`;
    return `${value < 0 ? '-' : ''}${mantissa.replace(/^0+(?=\d)/, '')}e${point - zeros}`;
  });
  fc.assert(
    fc.property(written, (text) => {
      const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
      assert.equal(new JsonReader(text).integer(MIN_SAFE_INTEGER, MAX_SAFE_INTEGER), JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});
