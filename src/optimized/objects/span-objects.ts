import { CLASS_TO_PAGES, PAGE_SIZE } from '../../spec/index.js';
import { ctz32, popcount } from '../pages/bits.js';
import { LAYOUT } from '../pages/layout.js';
import type { SpanRecords } from '../pages/span-records.js';
import { BitArenas } from './bit-arenas.js';
import { BitPool } from './bit-pool.js';
import { CACHE } from './cache-layout.js';
import type { Caches } from './caches.js';
import { CLASS, CLASSES, SIZES } from './size-classes.js';

const {
  ALLOC_BITS,
  ALLOC_COUNT,
  ANY_SPAN,
  BITS,
  CACHED,
  DIVISION,
  FLAGS,
  FREEINDEX,
  MARK_BITS,
  NIL,
  NPAGES,
  OBJECTS,
  SIZECLASS_SHIFT,
  START,
} = LAYOUT;
const { ADDRESS, ELEMSIZE, INDEX, LEFT, LOADED, NELEMS: PLACE_NELEMS, SPAN } = CACHE;
const { ARENA_BYTES, BIT_WORDS, MAGIC, NELEMS, WORDS } = CLASS;

// The engine folds constants of this file into its code, and loads imported ones anew each time.
const TABLE = CLASSES;
const PAGE_BYTES = PAGE_SIZE;
const lowest = ctz32;
const ones = popcount;

/** Spans of small objects that begin before this page end in front of the addresses that are no 32-bit integers. */
export const FAR_PAGE = 2 ** 31 / PAGE_SIZE - Math.max(...CLASS_TO_PAGES);

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
  readonly pool: BitPool;
  readonly arenas = new BitArenas();

  constructor(
    private readonly records: SpanRecords,
    private readonly caches: Caches,
  ) {
    this.pool = new BitPool(records);
  }

  /** Lets an in-use span hold objects, of which none is allocated yet. The array of records may be replaced. */
  start(s: number): void {
    const c = (this.records.words[s + FLAGS] >>> SIZECLASS_SHIFT) * WORDS;
    const bitWords = TABLE[c + BIT_WORDS];
    const bits = bitWords === 1 ? this.clearBits(s) : this.pool.take(bitWords);
    const { words } = this.records;
    words[s + FLAGS] |= OBJECTS;
    words[s + FREEINDEX] = 0;
    words[s + CACHED] = NIL;
    words[s + DIVISION] = TABLE[c + MAGIC];
    words[s + MARK_BITS] = bits;
    words[s + ALLOC_BITS] = bits + bitWords;
    this.arenas.fill(TABLE[c + ARENA_BYTES]);
    this.arenas.fill(TABLE[c + ARENA_BYTES]);
  }

  /** Lets a span be none of objects any more. Its bits are given back, unless they stand in its record. */
  finish(s: number): void {
    this.records.words[s + DIVISION] = 0;
    const bitWords = this.bitWords(s);
    if (bitWords > 1) this.pool.giveBack(this.bitsOf(s), bitWords);
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
    return sizeclass === 0 ? words[s + NPAGES] * PAGE_SIZE : SIZES[sizeclass];
  }

  /** Number of objects that are marked in `count` words of mark bits. */
  marks(words: Int32Array, first: number, count: number): number {
    let marks = ones(words[first]);
    for (let word = 1; word < count; word++) marks += ones(words[first + word]);
    return marks;
  }

  /** Lets the marks of a span be its allocation bits, of which there are `bitWords`, and nothing be marked. */
  turnBits(words: Int32Array, s: number, bitWords: number): void {
    const old = words[s + ALLOC_BITS] & ANY_SPAN;
    words[s + ALLOC_BITS] = words[s + MARK_BITS];
    words[s + MARK_BITS] = old;
    words[old] = 0;
    for (let word = 1; word < bitWords; word++) words[old + word] = 0;
  }

  isMarked(s: number, index: number): boolean {
    if (index >= this.nelems(s)) return false;
    const first = this.records.words[s + MARK_BITS];
    return ((this.records.words[first + (index >>> 5)] >>> index) & 1) === 1;
  }

  /** Marks an object; not where it does not exist, as it may be with a special record that outlived its span. */
  setMark(s: number, index: number): void {
    if (index >= this.nelems(s)) return;
    const first = this.records.words[s + MARK_BITS];
    this.records.words[first + (index >>> 5)] |= 1 << index;
  }

  /** Whether an object of a span is allocated: it lies below `freeindex`, or its allocation bit is set (`mheap.go:185`). */
  isAllocated(s: number, index: number): boolean {
    if (index >= this.nelems(s)) return false;
    const { words } = this.records;
    if (index < words[s + FREEINDEX]) return true;
    if (((words[words[s + ALLOC_BITS] + (index >>> 5)] >>> index) & 1) === 1) return true;
    return this.isHandedOut(s, index);
  }

  /** Whether an object of a span was handed out since the span's record was written back. */
  isHandedOut(s: number, index: number): boolean {
    const { words } = this.caches;
    const place = this.records.words[s + CACHED];
    const gone = words[place + LOADED] ^ words[place + LEFT];
    return place !== NIL && (index ^ words[place + INDEX]) >>> 5 === 0 && ((gone >>> index) & 1) === 1;
  }

  /**
   * The first free object of a span of `nelems` that was just swept; as many as there are where none is free: behind the
   * last object no allocation bit is set.
   */
  firstFree(s: number, nelems: number): number {
    const { words } = this.records;
    const bits = words[s + ALLOC_BITS] & ANY_SPAN;
    for (let index = 0; index < nelems; index += 32) {
      const free = ~words[bits + (index >>> 5)];
      if (free !== 0) return index + lowest(free);
    }
    return nelems;
  }

  /** Makes a span of `nelems` objects, of which one at FREEINDEX or behind it is free, the current one of a place. */
  install(span: number, place: number, nelems: number): void {
    const { words } = this.records;
    const s = span & ANY_SPAN;
    words[s + CACHED] = place;
    this.caches.words[place + SPAN] = s;
    const from = words[s + FREEINDEX];
    this.load(s, place, from & ~31, this.freeSlots(words[s + ALLOC_BITS], from, nelems));
  }

  /** Loads the next word of a place's current span that has a free slot, and returns whether there is one. */
  advance(place: number): boolean {
    const cached = this.caches.words;
    const s = cached[place + SPAN] & ANY_SPAN;
    return s !== NIL && this.loadNext(s, place, cached[place + INDEX] + 32, cached[place + PLACE_NELEMS]);
  }

  /** Takes a span out of its cache of whose `nelems` objects all are allocated. */
  exhaust(s: number, nelems: number): void {
    const { words } = this.records;
    words[s + ALLOC_COUNT] = nelems;
    words[s + FREEINDEX] = nelems;
    words[s + CACHED] = NIL;
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

  /** Clears the bits that stand in a span's record, and returns the index of the first. */
  private clearBits(s: number): number {
    const { words } = this.records;
    words[s + BITS] = 0;
    words[s + BITS + 1] = 0;
    return s + BITS;
  }

  /** Loads the first word that has a free slot, from that of the object `from` on; returns whether there is one. */
  private loadNext(s: number, place: number, from: number, nelems: number): boolean {
    this.writeBack(s, place);
    const allocBits = this.records.words[s + ALLOC_BITS];
    for (let index = from; index < nelems; index += 32) {
      const free = this.freeSlots(allocBits, index, nelems);
      if (free !== 0) {
        this.load(s, place, index, free);
        return true;
      }
    }
    return false;
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
    words[s + ALLOC_COUNT] += ones(gone);
    words[s + FREEINDEX] = this.behindLast(place, gone);
    cached[place + LOADED] = cached[place + LEFT];
  }

  private load(s: number, place: number, index: number, free: number): void {
    const { words } = this.caches;
    words[place + LEFT] = free;
    words[place + LOADED] = free;
    words[place + INDEX] = index;
    const start = this.records.words[s + START];
    words[place + ADDRESS] = start < FAR_PAGE ? start * PAGE_BYTES + index * words[place + ELEMSIZE] : -1;
  }

  /** The free slots of the word in which `from` lies, from there on. */
  private freeSlots(allocBits: number, from: number, nelems: number): number {
    const free = ~this.records.words[allocBits + (from >>> 5)] & (-1 << from);
    const left = nelems - (from & ~31);
    return left < 32 ? free & ((1 << left) - 1) : free;
  }
}
