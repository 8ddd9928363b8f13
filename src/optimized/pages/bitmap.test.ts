import assert from 'node:assert/strict';
import { Chance } from '../../programs/chance.js';
import { Bitmap } from './bitmap.js';

/** A number below `capacity`, most often right beside the edge of a word of some level. */
function anywhere(chance: Chance, capacity: number): number {
  if (chance.happens(0.2)) return chance.below(capacity);
  const word = chance.pick([32, 1024, 32768]);
  const near = chance.below(Math.floor(capacity / word) + 1) * word + chance.between(-1, 1);
  return Math.min(Math.max(near, 0), capacity - 1);
}

/** Fails where a bit of an upper level does not say whether the word below it is 0. */
function checkLevels(bitmap: Bitmap, members: ReadonlySet<number>): void {
  const { leaves, middle, top } = bitmap;
  for (const n of members) assert.ok(bitmap.has(n), `${n} is missing`);
  const ones = leaves.reduce((sum, word) => sum + (word >>> 0).toString(2).replaceAll('0', '').length, 0);
  assert.equal(ones, members.size);
  leaves.forEach((word, i) => {
    if (((middle[i >>> 5] >>> i) & 1) !== Number(word !== 0)) assert.fail(`middle, of leaf ${i}`);
  });
  middle.forEach((word, i) => {
    if (((top[i >>> 5] >>> i) & 1) !== Number(word !== 0)) assert.fail(`top, of middle ${i}`);
  });
}

describe('a bitmap', () => {
  it.each([1, 31, 32, 33, 63, 1023, 1024, 1025, 32767, 32768, 32769, 100_000])(
    'of capacity %d finds what a set finds',
    (capacity) => {
      const chance = new Chance(capacity, 1, 2);
      const bitmap = new Bitmap(capacity);
      const members = new Set<number>();
      // The members once more, a byte each: a set can't be searched from a number on.
      const isMember = new Uint8Array(bitmap.capacity);
      assert.equal(bitmap.capacity, Math.ceil(capacity / 32) * 32);
      for (let step = 0; step < 1000; step++) {
        const n = anywhere(chance, bitmap.capacity);
        const known = [...members];
        const member = known.length > 0 && chance.happens(0.5) ? chance.pick(known) : n;
        switch (chance.below(5)) {
          case 0:
          case 1:
            bitmap.add(n);
            members.add(n);
            isMember[n] = 1;
            break;
          case 2:
            bitmap.delete(member);
            members.delete(member);
            isMember[member] = 0;
            break;
          case 3:
            bitmap.keepIf(member, 0);
            members.delete(member);
            isMember[member] = 0;
            break;
          default:
            bitmap.keepIf(member, chance.pick([1, -1, -(2 ** 31), 2 ** 31 - 1]));
        }
        // Now and then nothing is left, and searches go through the empty levels to the end.
        if (step % 200 === 199) {
          for (const each of members) bitmap.delete(each);
          members.clear();
          isMember.fill(0);
        }
        const from = chance.happens(0.5) ? n : anywhere(chance, bitmap.capacity);
        assert.equal(bitmap.has(from), members.has(from));
        assert.equal(bitmap.next(from), isMember.indexOf(1, from), `from ${from}`);
      }
      checkLevels(bitmap, members);
    },
  );

  it('finds every pair of members from every number up to two words of the middle level', () => {
    const edges = [0, 1, 30, 31, 32, 33, 63, 64, 1022, 1023, 1024, 1025, 2046, 2047];
    for (const a of edges) {
      for (const b of edges) {
        const bitmap = new Bitmap(2048);
        const members = new Set([a, b]);
        for (const member of members) bitmap.add(member);
        for (let from = 0; from < 2048; from++) {
          const expected =
            from <= Math.min(a, b) ? Math.min(a, b) : from <= Math.max(a, b) ? Math.max(a, b) : -1;
          const found = bitmap.next(from);
          if (found !== expected) assert.equal(found, expected, `${a}, ${b}, ${from}`);
        }
      }
    }
  });

  it('keeps its members, and only these, when it is extended', () => {
    const bitmap = new Bitmap(32);
    const members = new Set<number>();
    for (const capacity of [33, 1024, 1025, 32768, 32769, 2 ** 20]) {
      for (const n of [0, bitmap.capacity - 1, bitmap.capacity >>> 1]) {
        bitmap.add(n);
        members.add(n);
      }
      const end = bitmap.capacity;
      bitmap.extend(capacity);
      assert.ok(bitmap.capacity >= capacity);
      checkLevels(bitmap, members);
      assert.equal(bitmap.next(end), -1);
      bitmap.add(bitmap.capacity - 1);
      assert.equal(bitmap.next(end), bitmap.capacity - 1);
      bitmap.delete(bitmap.capacity - 1);
      members.delete(bitmap.capacity - 1);
    }
  });
});
