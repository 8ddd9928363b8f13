import { deepStrictEqual, strictEqual } from 'node:assert';
import fc from 'fast-check';
import { Memory } from './memory.js';
import { WordMap } from './word-map.js';

const PATTERN = new Uint8Array(Uint32Array.of(0x01020304).buffer);

/** Some bytes around the borders of a few grains, and a word; 0 and one word are frequent. */
const fills = fc.array(
  fc.record({
    offset: fc.integer({ min: 0, max: 20000 }).map((n) => (n % 3 === 0 ? n - (n % 4096) : n)),
    bytes: fc.integer({ min: 0, max: 12000 }).map((n) => (n % 3 === 0 ? n - (n % 4096) : n)),
    word: fc.constantFrom(0, 0x01020304),
  }),
  { maxLength: 12 },
);

test('memory is an array of bytes', () => {
  fc.assert(
    fc.property(fills, fills, (writes, looks) => {
      const memory = new Memory();
      const bytes = new Uint8Array(40000);
      for (const { offset, bytes: length, word } of writes) {
        memory.fill(offset, length, word);
        for (let i = offset; i < offset + length; i++) bytes[i] = word === 0 ? 0 : PATTERN[i % 4];
      }
      for (const { offset, bytes: length, word } of looks) {
        let other = -1;
        for (let i = offset; i < offset + length && other < 0; i++) {
          if (bytes[i] !== (word === 0 ? 0 : PATTERN[i % 4])) other = i;
        }
        strictEqual(memory.firstOther(offset, length, word), other);
        strictEqual(memory.at(offset), bytes[offset]);
      }
    }),
    { numRuns: 200 },
  );
});

test('a word map is an array of words', () => {
  const ranges = fc.array(fc.tuple(fc.nat(5000), fc.nat(5000), fc.constantFrom(0, 1, 2 ** 32 - 1)), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(ranges, ranges, (writes, looks) => {
      const map = new WordMap();
      const words: number[] = new Array<number>(5000).fill(0);
      for (const [from, to, word] of writes) {
        map.fill(from, to, word);
        if (from < to) words.fill(word, from, to);
      }
      for (const [from, to, word] of looks) {
        const index = words.slice(from, Math.max(from, to)).findIndex((other) => other !== word);
        strictEqual(map.firstOther(from, to, word), index < 0 ? -1 : from + index);
      }
      deepStrictEqual(
        words.map((_, grain) => map.get(grain)),
        words,
      );
    }),
    { numRuns: 200 },
  );
});

test('terabytes cost little', () => {
  const memory = new Memory();
  const most = 2 ** 26 * 8192;
  memory.fill(0, most, 7);
  expect(memory.firstOther(0, most, 7)).toBe(-1);
  memory.fill(most - 8192, 8192, 8);
  expect(memory.firstOther(0, most, 7)).toBe(most - 8192);
});
