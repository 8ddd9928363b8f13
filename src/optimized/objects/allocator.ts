import {
  FATAL,
  MAX_REQUEST_BYTES,
  MAX_SMALL_SIZE,
  PAGE_SIZE,
  TINY_SIZE,
  TINY_SIZE_CLASS,
} from '../../spec/index.js';
import { checkInteger } from '../arguments.js';
import type { Fate } from '../fate.js';
import { ctz32 } from '../pages/bits.js';
import type { Cycle } from '../pages/cycle.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import { CACHE, MOST_RECENT } from './cache-layout.js';
import type { Caches } from './caches.js';
import type { CentralLists } from './central-lists.js';
import { CLASS_BY_8, SIZES } from './size-classes.js';
import type { SpanObjects } from './span-objects.js';
import type { SpanSource } from './span-source.js';
import type { Sweeper } from './sweeper.js';

const { ALLOC_COUNT, FLAGS, FREEINDEX, INUSE, MARK_BITS, NEEDZERO, NIL, NPAGES, SLACK, START } = LAYOUT;
const {
  ADDRESS,
  ANY_INDEX,
  CLASS_WORDS,
  ELEMSIZE,
  INDEX,
  LEFT,
  NELEMS,
  RECENT_SCAN,
  RECENT_TINY,
  SPAN,
  TINY_BASE,
  TINY_OFFSET,
  TINY_PAGE,
} = CACHE;

// The engine folds constants of this file into its code, and loads imported ones anew each time.
const CLASS_OF_EIGHTHS = CLASS_BY_8;
const SIZE_OF_CLASS = SIZES;
const SMALL = MAX_SMALL_SIZE;
const RECENT = MOST_RECENT;
const TINY_BLOCK = TINY_SIZE;
const PAGE_BYTES = PAGE_SIZE;
const lowest = ctz32;
const TINY_PLACE = TINY_SIZE_CLASS * CLASS_WORDS;

/** Allocates objects. The way that is taken nearly always is {@link malloc} alone. */
export class Allocator {
  private readonly fate: Fate;
  private readonly cycle: Cycle;

  constructor(
    private readonly pages: PageHeap,
    private readonly caches: Caches,
    private readonly objects: SpanObjects,
    private readonly central: CentralLists,
    private readonly source: SpanSource,
    private readonly sweeper: Sweeper,
  ) {
    this.fate = pages.fate;
    this.cycle = pages.cycle;
  }

  /**
   * Allocates an object of `size` bytes from the cache of number `p` and returns its address; `scan` bytes of it can
   * hold pointers. Whether it had to be cleared says {@link PageHeap.cleared}, if that was false before.
   *
   * @throws FatalError where there is no memory.
   */
  malloc(p: number, size: number, needzero: boolean, scan: number): number {
    const { caches } = this;
    // The number of a cache at hand is -1 where there is none.
    if (
      ((p !== caches.number || p < 0) && !caches.turnTo(p)) ||
      (size | 0) !== size ||
      (size - 1) >>> 0 >= SMALL ||
      scan >>> 0 !== scan ||
      scan > size
    ) {
      return this.mallocAny(p, size, needzero, scan);
    }
    const cache = caches.current & ANY_INDEX;
    if (size < TINY_BLOCK && scan === 0) return this.mallocTiny(cache, size);
    const sizeclass = CLASS_OF_EIGHTHS[(size - 1) >>> 3];
    const place = cache + sizeclass * CLASS_WORDS;
    const { words } = caches;
    const left = words[place + LEFT];
    const addr = words[place + ADDRESS];
    if (left === 0 || needzero || addr < 0) return this.mallocSmall(cache, place, needzero, scan);
    words[place + LEFT] = left & (left - 1);
    words[cache + RECENT_SCAN] = (words[cache + RECENT_SCAN] + scan) | 0;
    return (addr + Math.imul(lowest(left), SIZE_OF_CLASS[sizeclass])) | 0;
  }

  /**
   * Allocates an object of any size, whatever the heap is at.
   *
   * @throws FatalError where the heap has ended, or there is no memory.
   * @throws TypeError, RangeError where an argument of `malloc` is refused.
   */
  private mallocAny(p: number, size: number, needzero: boolean, scan: number): number {
    this.fate.check();
    const cache = this.caches.get(p);
    checkInteger('size', size, 1, MAX_REQUEST_BYTES);
    checkInteger('scan', scan, 0, size);
    if (size > SMALL) return this.mallocLarge(cache, size, needzero, scan);
    if (size < TINY_BLOCK && scan === 0) return this.mallocTiny(cache, size);
    return this.mallocSmall(cache, cache + CLASS_OF_EIGHTHS[(size - 1) >>> 3] * CLASS_WORDS, needzero, scan);
  }

  /** Allocates a small object, in every case that can arise. */
  private mallocSmall(cache: number, place: number, needzero: boolean, scan: number): number {
    const addr = this.take(cache, place);
    this.caches.words[cache + RECENT_SCAN] += scan;
    if (needzero) this.clearDirty(place, addr);
    return addr;
  }

  /** Allocates an object of less than 16 bytes without pointers: several share a block of 16 bytes. */
  private mallocTiny(cache: number, size: number): number {
    const { caches } = this;
    const { words } = caches;
    const taken = words[cache + TINY_OFFSET];
    const page = words[cache + TINY_PAGE];
    const unit = size & -size & 7 || 8;
    const offset = (taken + unit - 1) & -unit;
    if (offset + size <= TINY_BLOCK && page >= 0) {
      words[cache + TINY_OFFSET] = offset + size;
      words[cache + RECENT_TINY] += 1;
      if (words[cache + RECENT_TINY] > RECENT) caches.settle(cache);
      return page * PAGE_BYTES + (words[cache + TINY_BASE] + offset);
    }
    const addr = this.take(cache, cache + TINY_PLACE);
    this.clear(addr, TINY_BLOCK);
    if (size < taken || page < 0) this.openTiny(cache, addr, size);
    return addr;
  }

  /** Opens a tiny block, of which `size` bytes are taken. */
  private openTiny(cache: number, addr: number, size: number): void {
    const { words } = this.caches;
    const page = (addr / PAGE_BYTES) | 0;
    words[cache + TINY_PAGE] = page;
    words[cache + TINY_BASE] = addr - page * PAGE_BYTES;
    words[cache + TINY_OFFSET] = size;
  }

  /** Takes the next free slot of a place, and marks its object while marking. */
  private take(cache: number, place: number): number {
    const { caches } = this;
    while (caches.words[place + LEFT] === 0) {
      if (!this.goesOn(place)) this.central.refill(cache, place);
    }
    const { words } = caches;
    const left = words[place + LEFT];
    const bit = lowest(left);
    words[place + LEFT] = left & (left - 1);
    if (this.cycle.marking) this.markNew(place, bit);
    const addr = words[place + ADDRESS];
    return addr < 0 ? this.farAddress(place, bit) : (addr + Math.imul(bit, words[place + ELEMSIZE])) | 0;
  }

  /** Goes on to the next word of a place's current span that has a free slot, and returns whether there is one. */
  private goesOn(place: number): boolean {
    const { words } = this.caches;
    return words[place + INDEX] + 32 < words[place + NELEMS] && this.objects.advance(place);
  }

  /** Marks the object at a bit of the current word, which was just allocated while objects are being marked. */
  private markNew(place: number, bit: number): void {
    const { words } = this.caches;
    this.objects.setMark(words[place + SPAN], words[place + INDEX] + bit);
    this.cycle.bytesMarked += words[place + ELEMSIZE];
  }

  /** Clears an object of the current span of a place, where that may be dirty. */
  private clearDirty(place: number, addr: number): void {
    const { words } = this.caches;
    if ((this.pages.records.words[words[place + SPAN] + FLAGS] & NEEDZERO) !== 0) {
      this.clear(addr, words[place + ELEMSIZE]);
    }
  }

  /** The address of the object at a bit of the current word, where the place does not have it. */
  private farAddress(place: number, bit: number): number {
    const { words } = this.caches;
    const start = this.pages.records.words[words[place + SPAN] + START];
    return start * PAGE_BYTES + (words[place + INDEX] + bit) * words[place + ELEMSIZE];
  }

  /**
   * Allocates a large object.
   *
   * @throws FatalError where there is no memory.
   */
  private mallocLarge(cache: number, size: number, needzero: boolean, scan: number): number {
    const { caches, pages } = this;
    const npages = Math.ceil(size / PAGE_SIZE);
    caches.begin(cache);
    this.sweeper.deduct(npages * PAGE_SIZE, npages, cache);
    const s = this.source.alloc(npages, INUSE, true, cache);
    if (s === NIL) pages.fate.end(FATAL.outOfMemory);
    caches.finish(cache);
    const { words } = pages.records;
    if ((words[s + FLAGS] & NEEDZERO) !== 0) pages.clean(s, needzero);
    this.objects.start(s);
    words[s + SLACK] = npages * PAGE_SIZE - size;
    words[s + FREEINDEX] = 1;
    words[s + ALLOC_COUNT] = 1;
    if (pages.cycle.marking) {
      words[words[s + MARK_BITS]] = 1;
      pages.cycle.bytesMarked += words[s + NPAGES] * PAGE_SIZE;
    }
    caches.addScan(cache, scan);
    return words[s + START] * PAGE_SIZE;
  }

  private clear(addr: number, bytes: number): void {
    this.pages.cleared = true;
    this.pages.host.clear(addr, bytes);
  }
}
