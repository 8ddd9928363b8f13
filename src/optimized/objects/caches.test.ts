import assert from 'node:assert/strict';
import { MAX_CACHES } from '../../spec/index.js';
import { CACHE, MOST_RECENT } from './cache-layout.js';
import { Caches } from './caches.js';

describe('caches', () => {
  it('have numbers that are never used again, while their memory is', () => {
    const caches = new Caches(2);
    const second = caches.get(1);
    caches.remove(second);
    assert.equal(caches.add(), 2);
    assert.equal(caches.get(2), second);
    assert.throws(() => caches.get(1), { name: 'RangeError', message: 'cache 1 was removed' });
    assert.throws(() => caches.get(3), { name: 'RangeError', message: /p must be an integer from 0 to 2/ });
    assert.deepEqual([caches.count, caches.made], [2, 3]);
  });

  it('know the one with the lowest number, also while it is busy', () => {
    const caches = new Caches(5);
    for (const gone of [2, 0, 1]) caches.remove(caches.get(gone));
    assert.equal(caches.lowest, caches.get(3));
    caches.begin(caches.get(4));
    caches.remove(caches.get(3));
    assert.equal(caches.lowest, caches.existing(4));
  });

  it('cannot be had in the midst of an operation', () => {
    const caches = new Caches(1);
    const cache = caches.get(0);
    caches.begin(cache);
    assert.throws(() => caches.get(0), { message: 'cache 0 is in the midst of an operation' });
    assert.equal(caches.existing(0), cache);
    caches.finish(cache);
    assert.equal(caches.get(0), cache);
  });

  it('are at hand where they can be used', () => {
    const caches = new Caches(3);
    const has = (): [number, number] => [caches.number, caches.number < 0 ? -1 : caches.current];
    const [one, two] = [caches.get(1), caches.get(2)];
    assert.deepEqual(has(), [-1, -1]);
    assert.ok(caches.turnTo(1));
    assert.deepEqual(has(), [1, one]);

    caches.begin(one);
    assert.deepEqual(has(), [-1, -1]);
    assert.deepEqual([caches.turnTo(1), caches.turnTo(2)], [false, true]);
    caches.begin(two);
    caches.finish(two);
    assert.deepEqual([caches.turnTo(1), caches.turnTo(2)], [false, true]);
    caches.finish(one);
    assert.deepEqual(has(), [1, one]);

    for (const p of [-1, 3, 4, 0.5, NaN, 2 ** 32]) assert.equal(caches.turnTo(p), false, String(p));
    assert.ok(caches.turnTo(1));
    caches.close();
    caches.begin(one);
    caches.finish(one);
    assert.deepEqual([has(), caches.turnTo(1)], [[-1, -1], false]);
    caches.open();
    assert.ok(caches.turnTo(1));
    caches.remove(one);
    assert.deepEqual([has(), caches.turnTo(1)], [[-1, -1], false]);
  });

  it('keep what they have while their number grows', () => {
    const caches = new Caches(1);
    for (let p = 0; p < 300; p++) {
      caches.tally(caches.get(p), CACHE.LARGEFREE, p + 0.5);
      assert.equal(caches.add(), p + 1);
    }
    for (let p = 0; p < 300; p++) caches.giveAll(caches.get(p));
    assert.equal(caches.doubles[CACHE.LARGEFREE >>> 1], (299 * 300) / 2 + 150);
  });

  it('give the heap what was counted recently and before', () => {
    const caches = new Caches(1);
    const cache = caches.get(0);
    for (let i = 0; i < 3; i++) {
      caches.words[cache + CACHE.RECENT_SCAN] += MOST_RECENT;
      caches.words[cache + CACHE.RECENT_TINY] += 1;
      if (i < 2) caches.settle(cache);
    }
    caches.giveScan(CACHE.NIL);
    const counted = [CACHE.SCAN, CACHE.TINYALLOCS].map((word) => caches.doubles[word >>> 1]);
    assert.deepEqual(counted, [3 * MOST_RECENT, 3]);
    caches.giveScan(cache);
    assert.equal(caches.doubles[CACHE.SCAN >>> 1], 3 * MOST_RECENT);
  });

  it('are refused where there have been too many', () => {
    const caches = new Caches(1);
    for (let p = 1; p < MAX_CACHES; p++) {
      assert.equal(caches.add(), p);
      caches.remove(caches.get(p - 1));
    }
    assert.throws(() => caches.add(), RangeError);
    assert.deepEqual([caches.count, caches.lowest], [1, caches.get(MAX_CACHES - 1)]);
    assert.ok(caches.words.length <= 4 * CACHE.WORDS, 'the memory of removed ones is used again');
  });
});
