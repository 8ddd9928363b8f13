import assert from 'node:assert/strict';
import { Chance } from '../../programs/chance.js';
import { BitPool } from './bit-pool.js';

/** Takes a pair and fills it, so that what is not cleared shows. */
function takeAndFill(pool: BitPool, count: number): number {
  const first = pool.take(count);
  assert.deepEqual(
    [...pool.words.subarray(first, first + 2 * count)],
    new Array(2 * count).fill(0),
    'cleared',
  );
  pool.words.fill(-1, first, first + 2 * count);
  return first;
}

describe('the pool of bits', () => {
  it.each([1, 2, 3])('never lets two that are in use share a word (seed %d)', (seed) => {
    const chance = new Chance(seed, 20, 0);
    const pool = new BitPool();
    const pairs: [first: number, count: number][] = [];
    const used = new Set<number>();
    for (let step = 0; step < 3000; step++) {
      if (pairs.length > 0 && chance.happens(0.45)) {
        const [[first, count]] = pairs.splice(chance.below(pairs.length), 1);
        for (let word = first; word < first + 2 * count; word++) {
          assert.equal(pool.words[word], -1, 'nobody else writes');
          used.delete(word);
        }
        pool.giveBack(first, count);
        continue;
      }
      const count = 2 * chance.between(1, 16);
      const first = takeAndFill(pool, count);
      for (let word = first; word < first + 2 * count; word++) {
        if (used.has(word)) assert.fail(`word ${word} is in use`);
        used.add(word);
      }
      pairs.push([first, count]);
    }
  });

  it('hands out what was given back before it grows', () => {
    const pool = new BitPool();
    const take = (): number[] => Array.from({ length: 10 }, () => takeAndFill(pool, 4));
    const first = take();
    const { end } = pool;
    for (let i = 0; i < 100; i++) {
      for (const pair of first) pool.giveBack(pair, 4);
      assert.deepEqual(take(), first.reverse());
    }
    assert.equal(pool.end, end);
    assert.ok(pool.bytes <= 1024 + 17 * 4, `${pool.bytes} bytes`);
  });

  it('clears some words and no others', () => {
    const pool = new BitPool();
    const first = takeAndFill(pool, 4);
    pool.clear(first + 4, 3);
    assert.deepEqual([...pool.words.subarray(first, first + 8)], [-1, -1, -1, -1, 0, 0, 0, -1]);
  });
});
