import assert from 'node:assert/strict';
import { ctz32, isZero, popcount } from './bits.js';

/** Index of the lowest one-bit, read off the digits. */
function lowestOne(word: number): number {
  const digits = (word >>> 0).toString(2);
  return digits.length - 1 - digits.lastIndexOf('1');
}

/** All words of one or two one-bits, as signed 32-bit words. */
function sparseWords(): number[] {
  const words: number[] = [];
  for (let high = 0; high < 32; high++) {
    for (let low = 0; low <= high; low++) words.push((1 << high) | (1 << low));
  }
  return words;
}

describe('ctz32', () => {
  it('gives the index of the lowest one-bit of all words of one or two', () => {
    for (const word of sparseWords()) {
      if (ctz32(word) !== lowestOne(word)) assert.equal(ctz32(word), lowestOne(word), `of ${word}`);
    }
  });

  it('gives it of all words of 16 bits, in either half and with all bits above', () => {
    for (let word = 1; word < 2 ** 16; word++) {
      const index = lowestOne(word);
      if (ctz32(word) !== index) assert.equal(ctz32(word), index, `of ${word}`);
      if (ctz32(word << 16) !== index + 16) assert.equal(ctz32(word << 16), index + 16, `of ${word} << 16`);
      if (ctz32(word | -65536) !== index) assert.equal(ctz32(word | -65536), index, `of ${word} | -65536`);
    }
  });

  it('takes words at the ends of their range, and unsigned ones', () => {
    assert.deepEqual([-1, 1, -(2 ** 31), 2 ** 31 - 1, -2].map(ctz32), [0, 0, 31, 0, 1]);
    assert.deepEqual([2 ** 31, 2 ** 32 - 1, 2 ** 32 - 2].map(ctz32), [31, 0, 1]);
  });
});

describe('isZero', () => {
  it('is 1 of 0 alone', () => {
    assert.equal(isZero(0), 1);
    for (const word of sparseWords()) if (isZero(word) !== 0) assert.equal(isZero(word), 0, `of ${word}`);
    for (let word = 1; word < 2 ** 16; word++) {
      if (isZero(word) !== 0 || isZero(~word) !== 0) assert.fail(`of ${word} or ${~word}`);
    }
    assert.deepEqual([-1, 2 ** 31 - 1, -(2 ** 31)].map(isZero), [0, 0, 0]);
  });
});

describe('popcount', () => {
  const slowly = (word: number): number => (word >>> 0).toString(2).replaceAll('0', '').length;

  it('counts the bits of either half of a word', () => {
    for (let half = 0; half < 2 ** 16; half++) {
      const count = slowly(half);
      if (popcount(half) !== count || popcount(half << 16) !== count) assert.fail(`${half}`);
      if (popcount((half << 16) | (~half & 0xffff)) !== 16) assert.fail(`${half} and its complement`);
    }
    assert.equal(popcount(-1), 32);
  });
});
