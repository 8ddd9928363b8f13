import assert from 'node:assert/strict';
import { RecordingHost } from '../../lockstep/index.js';
import { Chance } from '../../programs/chance.js';
import { FATAL, PAGE_SIZE, heapConfig } from '../../spec/index.js';
import { HeapParts } from '../heap-parts.js';
import { LAYOUT } from '../pages/layout.js';

const { INUSE, NIL, START } = LAYOUT;
const FINALIZER = 1;
const PROFILE = 2;

type Pair = [offset: number, kind: number];

/** What the runtime does to a list of records, whose offsets have 16 bits, given an offset of any size. */
class NaiveList {
  readonly pairs: Pair[] = [];

  add(offset: number, kind: number): boolean {
    let place = 0;
    for (; place < this.pairs.length; place++) {
      const [there, itsKind] = this.pairs[place];
      if (offset === there && kind === itsKind) return false;
      if (offset < there || (offset === there && kind < itsKind)) break;
    }
    this.pairs.splice(place, 0, [offset % 65536, kind]);
    return true;
  }

  remove(offset: number): boolean {
    const place = this.pairs.findIndex(([there, kind]) => there === offset && kind === FINALIZER);
    if (place >= 0) this.pairs.splice(place, 1);
    return place >= 0;
  }
}

/** The special records of a heap, given an offset in a span; NIL stands for an address in no span. */
class SpecialsOfSpans {
  constructor(private readonly parts: HeapParts) {}

  get finalizers(): number {
    return this.parts.specials.finalizers;
  }

  get profiles(): number {
    return this.parts.specials.profiles;
  }

  addFinalizer(s: number, offset: number, id: number): boolean {
    return this.parts.specialOperations.addFinalizer(this.parts.caches.get(0), this.addr(s, offset), id);
  }

  removeFinalizer(s: number, offset: number): void {
    this.parts.specialOperations.removeFinalizer(this.parts.caches.get(0), this.addr(s, offset));
  }

  setProfile(s: number, offset: number, id: number): void {
    this.parts.specialOperations.setProfile(this.parts.caches.get(0), this.addr(s, offset), id);
  }

  list(s: number): Pair[] {
    return this.parts.specials.list(s);
  }

  private addr(s: number, offset: number): number {
    return s === NIL ? -8 : this.parts.pages.records.words[s + START] * PAGE_SIZE + offset;
  }
}

function setUp(npages: readonly number[]) {
  const parts = new HeapParts(heapConfig(), new RecordingHost());
  const { pages } = parts;
  const specials = new SpecialsOfSpans(parts);
  const spans = npages.map((n) => pages.alloc(n, INUSE, true));
  return { pages, specials, spans };
}

describe('special records', () => {
  it.each([1, 2, 3])('stand where a naive list has them, also beyond 16 bits of offset (seed %d)', (seed) => {
    const chance = new Chance(seed, 8, 0);
    const { specials, spans } = setUp([1, 8, 9, 24]);
    const lists = spans.map(() => new NaiveList());
    const count = { finalizers: 0, profiles: 0, refused: 0, removed: 0, beyond: 0 };
    for (let step = 0; step < 2000; step++) {
      const which = chance.below(spans.length);
      const [s, list] = [spans[which], lists[which]];
      const offset = chance.below(8) * 8 + (which > 1 ? chance.below(which) * 65536 : 0);
      if (offset >= 65536) count.beyond += 1;
      const id = chance.below(2 ** 53);
      if (chance.happens(0.4)) {
        const added = list.add(offset, FINALIZER);
        assert.equal(specials.addFinalizer(s, offset, id), added);
        if (added) count.finalizers += 1;
        else count.refused += 1;
      } else if (chance.happens(0.9)) {
        specials.removeFinalizer(s, offset);
        if (list.remove(offset)) count.removed += 1;
      } else if (list.pairs.every(([there, kind]) => there !== offset || kind !== PROFILE)) {
        list.add(offset, PROFILE);
        specials.setProfile(s, offset, id);
        count.profiles += 1;
      }
      assert.deepEqual(specials.list(s), list.pairs);
      assert.deepEqual(
        [specials.finalizers, specials.profiles],
        [count.finalizers - count.removed, count.profiles],
      );
    }
    assert.deepEqual(
      spans.map((s) => specials.list(s)),
      lists.map(({ pairs }) => pairs),
    );
    assert.ok(Math.min(...Object.values(count)) > 10, JSON.stringify(count));
  });

  it('keep only 16 bits of an offset, so that what is added there is never found again', () => {
    const { specials, spans } = setUp([9]);
    const [s] = spans;
    assert.equal(specials.addFinalizer(s, 65536 + 8, 1), true);
    assert.equal(specials.addFinalizer(s, 65536 + 8, 2), true);
    specials.removeFinalizer(s, 65536 + 8);
    assert.deepEqual(specials.list(s), [
      [8, FINALIZER],
      [8, FINALIZER],
    ]);
    assert.equal(specials.addFinalizer(s, 8, 3), false);
    specials.removeFinalizer(s, 8);
    assert.deepEqual(specials.list(s), [[8, FINALIZER]]);
  });

  it('keep their order and contents while their number grows, over several spans', () => {
    const { specials, spans } = setUp([4, 4]);
    const offsets = Array.from({ length: 600 }, (_, i) => (i * 7919) % 600);
    for (const offset of offsets) for (const s of spans) specials.setProfile(s, offset, 1);
    const sorted = offsets.toSorted((a, b) => a - b).map((offset): Pair => [offset, PROFILE]);
    for (const s of spans) assert.deepEqual(specials.list(s), sorted);
    assert.equal(specials.profiles, 1200);
  });

  it('stay with a record that is freed and allocated again', () => {
    const { pages, specials, spans } = setUp([2, 1]);
    specials.addFinalizer(spans[0], 16, 1);
    pages.free(spans[0], 1);
    assert.equal(pages.alloc(2, INUSE, true), spans[0]);
    assert.deepEqual(specials.list(spans[0]), [[16, FINALIZER]]);
  });

  type Misuse = [message: string, misuse: (specials: SpecialsOfSpans, s: number) => void, counts: Pair];
  const misuses: Misuse[] = [
    [FATAL.addSpecial, (specials) => specials.addFinalizer(NIL, 0, 1), [1, 1]],
    [FATAL.addSpecial, (specials) => specials.setProfile(NIL, 0, 1), [0, 2]],
    [FATAL.removeSpecial, (specials) => specials.removeFinalizer(NIL, 0), [0, 1]],
    [FATAL.profileAlreadySet, (specials, s) => specials.setProfile(s, 8, 1), [0, 2]],
  ];

  it.each(misuses)('end the heap in "%s", and count the record that was taken', (message, misuse, counts) => {
    const { pages, specials, spans } = setUp([1]);
    specials.setProfile(spans[0], 8, 1);
    assert.throws(() => misuse(specials, spans[0]), { name: 'FatalError', message });
    assert.equal(pages.fate.error?.message, message);
    assert.deepEqual([specials.finalizers, specials.profiles], counts);
    assert.deepEqual(specials.list(spans[0]), [[8, PROFILE]]);
  });
});
