import assert from 'node:assert/strict';
import { Chance } from '../../programs/chance.js';
import { FATAL } from '../../spec/index.js';
import { Bitmap } from './bitmap.js';
import { Fate } from '../fate.js';
import { LAYOUT, LONGEST_INDEXED } from './layout.js';
import { LargeIndex } from './large-index.js';
import { SpanLists } from './span-lists.js';
import { SpanRecords } from './span-records.js';

const { INDEXED, LEFT, LIST, NIL, NPAGES, OVERFLOW, PARENT, RIGHT, START } = LAYOUT;

/** Few lengths, so that trees are large: both sides of the bounds of roots, of words, and of the index. */
const LENGTHS = [1, 128, 129, 130, 255, 256, 257, 1023, LONGEST_INDEXED - 1, LONGEST_INDEXED].concat(
  LONGEST_INDEXED + 1,
  LONGEST_INDEXED + 2,
  2 ** 26,
);

interface Free {
  readonly s: number;
  readonly start: number;
  readonly length: number;
}

/** An index beside a plain list of the same spans, shortest first, lowest first of the same length. */
class Both {
  readonly fate = new Fate();
  readonly records = new SpanRecords();
  readonly lengths = new Bitmap(256);
  readonly index: LargeIndex;
  list: Free[] = [];

  constructor(arenaPages: number) {
    this.index = new LargeIndex(new SpanLists(this.fate), this.fate, this.lengths, arenaPages);
  }

  insert(start: number, length: number): void {
    this.records.reserve(1);
    const { words } = this.records;
    const s = this.records.take(words);
    words[s + START] = start;
    words[s + NPAGES] = length;
    this.index.insert(words, s, length);
    this.list.push({ s, start, length });
    this.list.sort((a, b) => a.length - b.length || a.start - b.start);
  }

  remove(place: number): void {
    const [{ s }] = this.list.splice(place, 1);
    this.index.remove(this.records.words, s);
    this.release(s);
  }

  /** Takes the best fit out of both, and fails where they differ. */
  takeFor(npages: number): void {
    const { words } = this.records;
    const place = this.list.findIndex(({ length }) => length >= npages);
    const inTrees = npages < this.lengths.capacity ? this.lengths.next(npages) : -1;
    const length = inTrees > 0 ? inTrees : this.index.leastOverflow(words, npages);
    assert.equal(length, place < 0 ? 0 : this.list[place].length);
    if (length === 0) return;
    const [{ s }] = this.list.splice(place, 1);
    assert.equal(this.index.takeLowest(words, length), s, `lowest of ${length} pages`);
    this.release(s);
  }

  /** Whether a span is a node with others below it. */
  isInner({ s }: Free): boolean {
    const { words } = this.records;
    return words[s + LIST] === INDEXED && (words[s + LEFT] !== NIL || words[s + RIGHT] !== NIL);
  }

  /** Walks through all trees, and fails where they don't hold what the list holds. */
  check(): void {
    const { words } = this.records;
    const found: number[] = [];
    const walk = (s: number, link: number, depth: number): void => {
      if (s === NIL) return;
      assert.equal(words[s + PARENT], link);
      assert.ok(depth <= 26, 'no deeper than a page number has bits');
      found.push(s);
      walk(words[s + LEFT], s + LEFT, depth + 1);
      walk(words[s + RIGHT], s + RIGHT, depth + 1);
    };
    for (const length of LENGTHS.filter((each) => each < this.index.roots.length)) {
      const root = this.index.roots[length];
      assert.equal(this.lengths.has(length), root !== NIL, `bitmap, of ${length} pages`);
      walk(root, NIL, 0);
    }
    const inTrees = this.list.filter(({ length }) => length <= LONGEST_INDEXED).map(({ s }) => s);
    assert.deepEqual(found.sort(ascending), inTrees.sort(ascending));
    for (const { s, length } of this.list) {
      assert.equal(words[s + LIST], length <= LONGEST_INDEXED ? INDEXED : OVERFLOW);
    }
  }

  private release(s: number): void {
    assert.equal(this.records.words[s + LIST], NIL, 'it stands nowhere');
    this.records.release(this.records.words, s);
  }
}

const ascending = (a: number, b: number): number => a - b;

describe('the index of large free spans', () => {
  it.each([64, 1000, 65_536, 2 ** 26])(
    'gives what a sorted list gives in an arena of %d pages',
    (arenaPages) => {
      const chance = new Chance(arenaPages, 5, 0);
      const both = new Both(arenaPages);
      const removed = { roots: 0, inner: 0, leaves: 0 };
      for (let step = 0; step < 2500; step++) {
        // Tides: the index fills up, then runs almost empty.
        const growing = Math.floor(step / 250) % 2 === 0 ? 0.7 : 0.3;
        const start = chance.happens(0.2) ? arenaPages - 1 - chance.below(8) : chance.below(arenaPages);
        if (chance.happens(growing)) {
          if (both.list.every((free) => free.start !== start)) both.insert(start, chance.pick(LENGTHS));
        } else if (chance.happens(0.5)) {
          both.takeFor(Math.min(chance.pick(LENGTHS) + chance.between(-1, 1), 2 ** 26 + 1) || 1);
        } else if (both.list.length > 0) {
          const place = chance.below(both.list.length);
          const free = both.list[place];
          if (!both.isInner(free)) removed.leaves += 1;
          else if (both.records.words[free.s + PARENT] === NIL) removed.roots += 1;
          else removed.inner += 1;
          both.remove(place);
        }
        if (step % 5 === 0) both.check();
      }
      while (both.list.length > 0) both.takeFor(1);
      both.check();
      assert.ok(removed.roots > 20 && removed.leaves > 20, JSON.stringify(removed));
      assert.ok(arenaPages < 100 || removed.inner > 20, JSON.stringify(removed));
    },
  );

  it('takes the spans of one length out lowest first, in whatever order they came in', () => {
    for (let seed = 0; seed < 100; seed++) {
      const chance = new Chance(seed, 6, 0);
      const both = new Both(32);
      const starts = Array.from({ length: 32 }, (_, i) => i);
      while (starts.length > 0) both.insert(starts.splice(chance.below(starts.length), 1)[0], 128);
      both.check();
      while (both.list.length > 0) both.takeFor(100);
    }
  });

  it('makes room for a length that is itself a power of two, and for the longest', () => {
    for (const length of [255, 256, 512, 2 ** 19, LONGEST_INDEXED]) {
      const both = new Both(2 ** 26);
      both.insert(9, length);
      assert.ok(both.index.roots.length > length && both.lengths.capacity > length);
      both.takeFor(length);
    }
  });

  it('can do without any span, in an arena of one page', () => {
    const both = new Both(1);
    both.takeFor(1);
    both.insert(0, 1);
    both.takeFor(2);
    both.takeFor(1);
    both.check();
  });

  it('knows the shortest of the longest, and the lowest of these', () => {
    const both = new Both(2 ** 26);
    const long = LONGEST_INDEXED + 1;
    for (const start of [3, 5]) both.insert(start, long + 1);
    for (const start of [9, 7]) both.insert(start, long);
    assert.ok(both.index.roots.every((root) => root === NIL));
    assert.equal(both.index.leastOverflow(both.records.words, long + 2), 0);
    both.remove(1);
    for (const npages of [long + 1, long, 1, 1]) both.takeFor(npages);
  });

  it.each([128, LONGEST_INDEXED + 1])(
    'ends the heap where a span of %d pages is in twice, or not',
    (length) => {
      for (const twice of [true, false]) {
        const both = new Both(2 ** 26);
        both.insert(4, length);
        const { words } = both.records;
        const [{ s }] = both.list;
        const message = twice ? FATAL.listInsert : FATAL.listRemove;
        if (!twice) both.index.remove(words, s);
        assert.throws(() => (twice ? both.index.insert(words, s, length) : both.index.remove(words, s)), {
          name: 'FatalError',
          message,
        });
        assert.equal(both.fate.error?.message, message);
      }
    },
  );
});
