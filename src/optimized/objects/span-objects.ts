import { PAGE_SIZE } from '../../spec/index.js';
import { popcount } from '../pages/bits.js';
import { LAYOUT } from '../pages/layout.js';
import type { SpanRecords } from '../pages/span-records.js';
import { BitArenas } from './bit-arenas.js';
import { BitPool } from './bit-pool.js';
import { CACHE } from './cache-layout.js';
import type { Caches } from './caches.js';
import { CLASS, CLASSES } from './size-classes.js';

const {
  ALLOC_BITS,
  ALLOC_COUNT,
  CACHED,
  FLAGS,
  FREEINDEX,
  MARK_BITS,
  NIL,
  NPAGES,
  OBJECTS,
  SIZECLASS_SHIFT,
  START,
} = LAYOUT;
const { ADDRESS, ELEMSIZE, INDEX, LEFT, LOADED, SPAN } = CACHE;
const { BIT_WORDS, NELEMS, SIZE, WORDS } = CLASS;

// The engine folds constants of this file into its code, and loads imported ones anew each time.
const TABLE = CLASSES;
const PAGE_BYTES = PAGE_SIZE;

/** Addresses from here on are no 32-bit integers. */
const FAR = 2 ** 31;

/**
 * The objects of spans: their bits, and the free ones among them.
 *
 * The current span of a cache is handed out word by word: the place holds the free slots of one word of the span's
 * allocation bits, and takes the lowest one off with each allocation. What the span's record says of it, FREEINDEX and
 * ALLOC_COUNT, lags behind until it is written back ({@link settle}): those two follow from which slots are gone. So
 * does the runtime's `allocCache`, which is the complement of the allocation bits from `freeindex` on, up to the next
 * multiple of 64.
 */
export class SpanObjects {
  readonly pool = new BitPool();
  readonly arenas = new BitArenas();

  constructor(
    private readonly records: SpanRecords,
    private readonly caches: Caches,
  ) {}

  /** Lets an in-use span hold objects, of which none is allocated yet. */
  start(s: number): void {
    const { words } = this.records;
    const bitWords = TABLE[(words[s + FLAGS] >>> SIZECLASS_SHIFT) * WORDS + BIT_WORDS];
    words[s + FLAGS] |= OBJECTS;
    words[s + FREEINDEX] = 0;
    words[s + CACHED] = NIL;
    const bits = this.pool.take(bitWords);
    words[s + MARK_BITS] = bits;
    words[s + ALLOC_BITS] = bits + bitWords;
    this.arenas.fill(bitWords * 4);
    this.arenas.fill(bitWords * 4);
  }

  /** Lets the marks of a span be its allocation bits, of which there are `bitWords`, and nothing be marked. */
  turnBits(s: number, bitWords: number): void {
    const { words } = this.records;
    const marks = words[s + MARK_BITS];
    const old = words[s + ALLOC_BITS];
    words[s + ALLOC_BITS] = marks;
    words[s + MARK_BITS] = old;
    this.pool.clear(old, bitWords);
    this.arenas.fill(bitWords * 4);
  }

  /** The first of both kinds of bits of a span. */
  bitsOf(s: number): number {
    const { words } = this.records;
    return Math.min(words[s + ALLOC_BITS], words[s + MARK_BITS]);
  }

  /** Words of one kind of bits of a span. */
  bitWords(s: number): number {
    return TABLE[(this.records.words[s + FLAGS] >>> SIZECLASS_SHIFT) * WORDS + BIT_WORDS];
  }

  /** Objects that there is room for in a span of objects. */
  nelems(s: number): number {
    return TABLE[(this.records.words[s + FLAGS] >>> SIZECLASS_SHIFT) * WORDS + NELEMS];
  }

  /** Bytes of one object of an in-use span. */
  elemsize(s: number): number {
    const { words } = this.records;
    const sizeclass = words[s + FLAGS] >>> SIZECLASS_SHIFT;
    return sizeclass === 0 ? words[s + NPAGES] * PAGE_SIZE : TABLE[sizeclass * WORDS + SIZE];
  }

  /** Number of objects that are marked in `count` words of mark bits. */
  marks(first: number, count: number): number {
    const bits = this.pool.words;
    let marks = 0;
    for (let word = first; word < first + count; word++) marks += popcount(bits[word]);
    return marks;
  }

  isMarked(s: number, index: number): boolean {
    if (index >= this.nelems(s)) return false;
    const first = this.records.words[s + MARK_BITS];
    return ((this.pool.words[first + (index >>> 5)] >>> index) & 1) === 1;
  }

  /** Marks an object; not where it does not exist, as it may be with a special record that outlived its span. */
  setMark(s: number, index: number): void {
    if (index >= this.nelems(s)) return;
    const first = this.records.words[s + MARK_BITS];
    this.pool.words[first + (index >>> 5)] |= 1 << index;
  }

  /** Whether an object of a span is allocated: it lies below `freeindex`, or its allocation bit is set (`mheap.go:185`). */
  isAllocated(s: number, index: number): boolean {
    if (index >= this.nelems(s)) return false;
    const { words } = this.records;
    if (index < words[s + FREEINDEX]) return true;
    if (((this.pool.words[words[s + ALLOC_BITS] + (index >>> 5)] >>> index) & 1) === 1) return true;
    this.settle(s);
    return index < words[s + FREEINDEX];
  }

  /** The first free object of a span that is in no cache; as many as there are objects where none is free. */
  firstFree(s: number): number {
    const { words } = this.records;
    const nelems = this.nelems(s);
    for (let index = words[s + FREEINDEX]; index < nelems; index = (index | 31) + 1) {
      const free = this.freeSlots(words[s + ALLOC_BITS], index, nelems);
      if (free !== 0) return (index & ~31) + (31 - Math.clz32(free & -free));
    }
    return nelems;
  }

  /** Makes a span of `nelems` objects, of which one at FREEINDEX or behind it is free, the current one of a place. */
  install(s: number, place: number, nelems: number): void {
    const { words } = this.records;
    words[s + CACHED] = place;
    this.caches.words[place + SPAN] = s;
    const from = words[s + FREEINDEX];
    this.load(s, place, from & ~31, this.freeSlots(words[s + ALLOC_BITS], from, nelems));
  }

  /** Loads the next word of a place's current span that has a free slot, and returns whether there is one. */
  advance(place: number): boolean {
    const { words } = this.records;
    const s = this.caches.words[place + SPAN];
    if (s === NIL) return false;
    this.writeBack(s, place);
    const nelems = TABLE[(words[s + FLAGS] >>> SIZECLASS_SHIFT) * WORDS + NELEMS];
    const allocBits = words[s + ALLOC_BITS];
    for (let index = this.caches.words[place + INDEX] + 32; index < nelems; index += 32) {
      const free = this.freeSlots(allocBits, index, nelems);
      if (free !== 0) {
        this.load(s, place, index, free);
        return true;
      }
    }
    words[s + FREEINDEX] = nelems;
    return false;
  }

  /** Lets the record of a span say how many of its objects are allocated, and from where on a free one is to be found. */
  settle(s: number): void {
    const place = this.records.words[s + CACHED];
    if (place !== NIL) this.writeBack(s, place);
  }

  /** Objects of a span of objects that are allocated, those handed out since its record was written back among them. */
  allocCount(s: number): number {
    return this.records.words[s + ALLOC_COUNT] + popcount(this.handedOut(s));
  }

  /** Where in a span of objects a free one is looked for (`freeindex`), whether or not its record was written back. */
  freeindex(s: number): number {
    const { words } = this.records;
    const gone = this.handedOut(s);
    return gone === 0 ? words[s + FREEINDEX] : this.behindLast(words[s + CACHED], gone);
  }

  /** The slots of a span's current word that were handed out since its record was written back. */
  private handedOut(s: number): number {
    const place = this.records.words[s + CACHED];
    const { words } = this.caches;
    return place === NIL ? 0 : words[place + LOADED] ^ words[place + LEFT];
  }

  /** The object behind the last one that was handed out of a place's current word. */
  private behindLast(place: number, gone: number): number {
    return this.caches.words[place + INDEX] + 32 - Math.clz32(gone);
  }

  private writeBack(s: number, place: number): void {
    const cached = this.caches.words;
    const gone = cached[place + LOADED] ^ cached[place + LEFT];
    if (gone === 0) return;
    const { words } = this.records;
    words[s + ALLOC_COUNT] += popcount(gone);
    words[s + FREEINDEX] = this.behindLast(place, gone);
    cached[place + LOADED] = cached[place + LEFT];
  }

  private load(s: number, place: number, index: number, free: number): void {
    const { words } = this.caches;
    words[place + LEFT] = free;
    words[place + LOADED] = free;
    words[place + INDEX] = index;
    const size = words[place + ELEMSIZE];
    const addr = this.records.words[s + START] * PAGE_BYTES + index * size;
    words[place + ADDRESS] = addr < FAR - 32 * size ? addr : -1;
  }

  /** The free slots of the word in which `from` lies, from there on. */
  private freeSlots(allocBits: number, from: number, nelems: number): number {
    const free = ~this.pool.words[allocBits + (from >>> 5)] & (-1 << from);
    const left = nelems - (from & ~31);
    return left < 32 ? free & ((1 << left) - 1) : free;
  }
}
