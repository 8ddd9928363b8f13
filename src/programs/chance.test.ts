import assert from 'node:assert/strict';
import { Chance } from './chance.js';

const DRAWS = 20_000;

function draws(draw: (chance: Chance) => number, count = DRAWS): number[] {
  const chance = new Chance(1, 2, 3);
  return Array.from({ length: count }, () => draw(chance));
}

describe('chance', () => {
  it('gives the same numbers for the same seed, on every machine and in every version', () => {
    const chance = new Chance(1, 2, 3);
    const words = [chance.word(), chance.word(), chance.word()];
    assert.deepEqual(words, [1936341825, 3001364500, 1029104839]);
  });

  it('gives unrelated numbers for seeds next to each other', () => {
    const first = Array.from({ length: 1000 }, (_, seed) => new Chance(seed, 0, 0).below(1000));
    assert.ok(new Set(first).size > 550);
  });

  it('draws every integer below a bound about equally often', () => {
    const counts = new Array<number>(7).fill(0);
    for (const value of draws((chance) => chance.below(7))) counts[value]++;
    for (const count of counts) assert.ok(Math.abs(count - DRAWS / 7) < 250, String(counts));
  });

  it('stays below bounds up to 2^53, and comes near to them', () => {
    for (const bound of [1, 2, 3, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, 2 ** 52 + 1, 2 ** 53]) {
      const values = draws((chance) => chance.below(bound), 2000);
      assert.ok(values.every((value) => Number.isSafeInteger(value) && value >= 0 && value < bound));
      assert.ok(Math.max(...values) >= Math.floor(bound * 0.99));
    }
  });

  it('draws both ends of a range', () => {
    assert.deepEqual([...new Set(draws((chance) => chance.between(-1, 1)))].sort(), [-1, 0, 1]);
  });

  it('draws every order of magnitude as often as the next', () => {
    const counts = new Map<number, number>();
    for (const value of draws((chance) => chance.magnitude(1, 1023))) {
      const order = Math.floor(Math.log2(value));
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    assert.equal(counts.size, 10);
    for (const count of counts.values()) assert.ok(Math.abs(count - DRAWS / 10) < 250, String([...counts]));
  });

  it('draws magnitudes within their bounds', () => {
    for (const [least, most] of [
      [1, 1],
      [5, 5],
      [3, 17],
      [1, 10_000],
      [2 ** 31 - 1, 2 ** 33 + 5],
      [1, 2 ** 53 - 1],
    ]) {
      const values = draws((chance) => chance.magnitude(least, most), 2000);
      assert.ok(values.every((value) => Number.isSafeInteger(value) && value >= least && value <= most));
    }
  });

  it('takes what happens with share 0 never, with share 1 always, else as often as it says', () => {
    const often = (share: number) =>
      draws((chance) => (chance.happens(share) ? 1 : 0)).reduce((a, b) => a + b);
    assert.equal(often(0), 0);
    assert.equal(often(1), DRAWS);
    assert.ok(Math.abs(often(0.25) - DRAWS / 4) < 300);
  });
});
