import assert from 'node:assert/strict';
import { Chance } from '../../programs/chance.js';
import { SpanRecords } from '../pages/span-records.js';
import { BitPool } from './bit-pool.js';

describe('the pool of bits', () => {
  let records: SpanRecords;
  let pool: BitPool;

  beforeEach(() => {
    records = new SpanRecords();
    pool = new BitPool(records);
  });

  /** Takes a pair and fills it, so that what is not cleared shows. */
  function takeAndFill(count: number): number {
    const first = pool.take(count);
    const { words } = records;
    assert.deepEqual([...words.subarray(first, first + 2 * count)], new Array(2 * count).fill(0), 'cleared');
    words.fill(-1, first, first + 2 * count);
    return first;
  }

  /** Makes a record and fills it. */
  function takeRecord(): number {
    records.reserve(1);
    const s = records.take(records.words);
    records.words.fill(-1, s, s + 16);
    return s;
  }

  it.each([1, 2, 3])('never lets two that are in use, or a record, share a word (seed %d)', (seed) => {
    const chance = new Chance(seed, 20, 0);
    const pairs: [first: number, count: number][] = [];
    const used = new Set<number>();
    const use = (first: number, count: number): void => {
      for (let word = first; word < first + count; word++) {
        if (used.has(word)) assert.fail(`word ${word} is in use`);
        used.add(word);
      }
    };
    for (let step = 0; step < 3000; step++) {
      if (chance.happens(0.05)) use(takeRecord(), 16);
      if (pairs.length > 0 && chance.happens(0.45)) {
        const [[first, count]] = pairs.splice(chance.below(pairs.length), 1);
        for (let word = first; word < first + 2 * count; word++) {
          assert.equal(records.words[word], -1, 'nobody else writes');
          used.delete(word);
        }
        pool.giveBack(first, count);
        continue;
      }
      const count = 2 * chance.between(1, 16);
      const first = takeAndFill(count);
      use(first, 2 * count);
      pairs.push([first, count]);
    }
  });

  it('hands out what was given back before it takes more', () => {
    const take = (): number[] => Array.from({ length: 10 }, () => takeAndFill(4));
    const first = take();
    const { end } = records;
    for (let i = 0; i < 100; i++) {
      for (const pair of first) pool.giveBack(pair, 4);
      assert.deepEqual(take(), first.reverse());
    }
    assert.equal(records.end, end);
    assert.equal(records.made, 0);
  });

  it('makes a shorter pair of what is too little for a longer one', () => {
    const first = takeAndFill(14);
    const second = takeAndFill(20);
    assert.ok(second >= first + 64);
    // 36 words were left.
    assert.equal(takeAndFill(18), first + 28);
  });
});
