import assert from 'node:assert/strict';
import { Chance } from '../../programs/chance.js';
import { BitPool } from './bit-pool.js';

const ARENA_BYTES = 65536 - 16;

/** Takes bits and fills them, so that what is not cleared shows. */
function takeAndFill(pool: BitPool, count: number): number {
  const first = pool.take(count);
  assert.deepEqual([...pool.words.subarray(first, first + count)], new Array(count).fill(0), 'cleared');
  pool.words.fill(-1, first, first + count);
  return first;
}

describe('the pool of bits', () => {
  it('fills arenas as the runtime does: to the last byte, and with a gap where bits do not fit', () => {
    const pool = new BitPool();
    // 32 words are 128 bytes: an arena has room for 511 times that, and for 112 bytes more.
    for (let i = 0; i < 511; i++) pool.take(32);
    pool.take(28);
    assert.deepEqual(pool.fillsOf(pool.next), [ARENA_BYTES]);
    for (let i = 0; i < 511; i++) pool.take(32);
    assert.deepEqual(pool.fillsOf(pool.next), [ARENA_BYTES, 511 * 128]);
    pool.take(32);
    assert.deepEqual(pool.fillsOf(pool.next), [ARENA_BYTES, 511 * 128, 128]);
  });

  it('hands out what is two epochs old again, cleared, and counts free arenas', () => {
    const pool = new BitPool();
    const seen: unknown[] = [];
    for (let cycle = 0; cycle < 8; cycle++) {
      for (let i = 0; i < 1200; i++) takeAndFill(pool, 32);
      seen.push([pool.freeArenas, pool.made]);
      pool.nextEpoch();
    }
    const [fresh, once] = [75, 150];
    assert.deepEqual(seen.slice(0, 4), [
      [0, fresh],
      [0, once],
      [0, once + fresh],
      [0, once + fresh],
    ]);
    assert.deepEqual(seen.slice(4), new Array(4).fill([0, once + fresh]));
    pool.nextEpoch();
    pool.nextEpoch();
    pool.nextEpoch();
    assert.deepEqual([pool.freeArenas, pool.fillsOf(pool.next), pool.fillsOf(pool.current)], [9, [], []]);
  });

  it.each([1, 2, 3])('never lets two that are in use share a word (seed %d)', (seed) => {
    const chance = new Chance(seed, 20, 0);
    const pool = new BitPool();
    const epochs: Set<number>[] = [new Set(), new Set(), new Set()];
    for (let step = 0; step < 3000; step++) {
      if (chance.happens(0.005)) {
        pool.nextEpoch();
        epochs.pop();
        epochs.unshift(new Set());
      }
      const count = 2 * chance.between(1, 16);
      const first = takeAndFill(pool, count);
      for (let word = first; word < first + count; word++) {
        for (const epoch of epochs) if (epoch.has(word)) assert.fail(`word ${word} is in use`);
        epochs[0].add(word);
      }
    }
    const bytes = (words: Set<number>): number => words.size * 4;
    for (const [epoch, words] of [
      [pool.next, epochs[0]],
      [pool.current, epochs[1]],
      [pool.previous, epochs[2]],
    ] as const) {
      assert.equal(
        pool.fillsOf(epoch).reduce((sum, fill) => sum + fill, 0),
        bytes(words),
      );
    }
  });

  it('is small while little is in use', () => {
    const pool = new BitPool();
    for (let cycle = 0; cycle < 100; cycle++) {
      for (let i = 0; i < 10; i++) pool.take(4);
      pool.nextEpoch();
    }
    assert.equal(pool.made, 3);
    assert.ok(pool.bytes <= 4 * 2048 + 16, `${pool.bytes} bytes`);
  });
});
