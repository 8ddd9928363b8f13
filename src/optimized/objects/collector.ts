import { MIN_HEAP_DISTANCE, NUM_SIZE_CLASSES, PAGE_SHIFT, PAGE_SIZE } from '../../spec/index.js';
import { checkInteger } from '../arguments.js';
import type { Fate } from '../fate.js';
import type { Cycle } from '../pages/cycle.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import type { SpanRecords } from '../pages/span-records.js';
import type { SpanTable } from '../pages/span-table.js';
import { CACHE } from './cache-layout.js';
import type { Caches } from './caches.js';
import type { CentralLists } from './central-lists.js';
import { quotient, SIZES } from './size-classes.js';
import type { SpanObjects } from './span-objects.js';
import type { Sweeper } from './sweeper.js';

const {
  ALLOC_BITS,
  ANY_SPAN,
  DIVISION,
  FLAGS,
  FREEINDEX,
  KIND,
  MARK_BITS,
  NIL,
  NPAGES,
  OBJECT_SPAN,
  SIZECLASS_SHIFT,
  SLACK,
  START,
} = LAYOUT;
const { CLASS_WORDS, SPAN, TINY_OFFSET, TINY_PAGE } = CACHE;

// The engine folds constants of this file into its code, and loads imported ones anew each time.
const SIZE_OF_CLASS = SIZES;
const PAGE_BYTES = PAGE_SIZE;
const PAGE_BITS = PAGE_SHIFT;
const PAGE_MASK = PAGE_SIZE - 1;
const divide = quotient;

/** The collection cycle: its begin, the marks, its end; and the flush of caches that belongs to it. */
export class Collector {
  private readonly fate: Fate;
  private readonly cycle: Cycle;
  private readonly records: SpanRecords;
  private readonly table: SpanTable;

  constructor(
    private readonly pages: PageHeap,
    private readonly caches: Caches,
    private readonly objects: SpanObjects,
    private readonly central: CentralLists,
    private readonly sweeper: Sweeper,
  ) {
    this.fate = pages.fate;
    this.cycle = pages.cycle;
    this.records = pages.records;
    this.table = pages.table;
  }

  /**
   * Sweeps what is left, and begins to mark.
   *
   * @throws RangeError while marking, or inside of another operation.
   */
  start(): void {
    const { cycle } = this;
    if (cycle.marking) throw new RangeError('gcStart: a cycle has begun already');
    if (cycle.interrupted > 0) throw new RangeError('gcStart: the world runs, inside of another operation');
    this.sweeper.sweepAll(NIL);
    this.fate.check();
    this.objects.arenas.nextEpoch();
    cycle.bytesMarked = 0;
    cycle.marking = true;
    this.caches.close();
    cycle.markable = this.table.mapped;
  }

  /**
   * Marks the live object in which an address lies.
   *
   * @throws RangeError where it lies in none, or nothing is being marked.
   */
  mark(addr: number): void {
    const { cycle, records } = this;
    // What is done with 32-bit integers is twice as fast as what is done with doubles.
    const near = addr | 0;
    const page = near >> PAGE_BITS;
    if (near !== addr || page >>> 0 >= cycle.markable) {
      this.markFar(addr);
      return;
    }
    const { words } = records;
    const s = this.table.entries[page] & ANY_SPAN;
    const inSpan = page - words[s + START];
    const magic = words[s + DIVISION];
    // A span of small objects is entered at each of its pages.
    if (inSpan >>> 0 >= words[s + NPAGES] || magic >= 0) {
      this.markFar(addr);
      return;
    }
    this.markSmall(words, s, divide((inSpan << PAGE_BITS) | (near & PAGE_MASK), magic), addr);
  }

  /**
   * Marks an object wherever it lies.
   *
   * @throws TypeError, RangeError where there is none.
   */
  private markFar(addr: number): void {
    this.fate.check();
    checkInteger('addr', addr, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    if (!this.cycle.marking) throw new RangeError('mark: no cycle has begun');
    const page = Math.floor(addr / PAGE_BYTES);
    if (page < 0 || page >= this.table.mapped) this.refuseMark(addr);
    const s = this.table.containing(page);
    const { words } = this.records;
    const magic = words[s + DIVISION];
    if (magic >= 0) this.markLarge(s, addr);
    else this.markSmall(words, s, divide(addr - words[s + START] * PAGE_BYTES, magic), addr);
  }

  /** Marks the object with an index in a span of small ones. */
  private markSmall(words: Int32Array, s: number, index: number, addr: number): void {
    const word = index >>> 5;
    // Without a branch on what is still on its way from memory: the processor would guess wrong too often. Behind the
    // last object no allocation bit is set.
    const isBelow = (index - words[s + FREEINDEX]) >>> 31;
    const allocBit = words[(words[s + ALLOC_BITS] & ANY_SPAN) + word] >>> index;
    if (((isBelow | allocBit) & 1) === 0 && !this.objects.isHandedOut(s, index)) this.refuseMark(addr);
    const at = (words[s + MARK_BITS] & ANY_SPAN) + word;
    const before = words[at];
    const marked = before | (1 << index);
    if (before === marked) return;
    words[at] = marked;
    this.cycle.bytesMarked += SIZE_OF_CLASS[words[s + FLAGS] >>> SIZECLASS_SHIFT];
  }

  /** Marks the object of a span that has only one. */
  private markLarge(s: number, addr: number): void {
    const { words } = this.records;
    const end = (words[s + START] + words[s + NPAGES]) * PAGE_BYTES - words[s + SLACK];
    if ((words[s + FLAGS] & KIND) !== OBJECT_SPAN || addr >= end) this.refuseMark(addr);
    if (this.objects.isMarked(s, 0)) return;
    this.objects.setMark(s, 0);
    this.cycle.bytesMarked += words[s + NPAGES] * PAGE_BYTES;
  }

  /**
   * Ends marking. What is not swept at once, with `heapDistance` 0, is swept in proportion to what is allocated, over so
   * many bytes.
   *
   * @throws RangeError where nothing is being marked: inside of another operation, nothing is.
   */
  end(heapDistance: number): void {
    const { caches, cycle, pages } = this;
    if (!cycle.marking) throw new RangeError('gcEnd: no cycle has begun');
    for (let p = 0; p < caches.made; p++) {
      const cache = caches.existing(p);
      if (cache !== CACHE.NIL) this.flush(cache);
    }
    pages.live = cycle.bytesMarked;
    cycle.marking = false;
    caches.open();
    cycle.markable = 0;
    cycle.nextGeneration();
    if (heapDistance === 0) {
      cycle.sweepPagesPerByte = 0;
      this.sweeper.sweepAll(NIL);
    } else {
      cycle.sweepPagesPerByte = pages.pagesInUse / Math.max(heapDistance, MIN_HEAP_DISTANCE);
      cycle.spanBytesAlloc = 0;
    }
  }

  /** Gives the spans of a cache back to the central lists, closes its tiny block, and gives its counters to the heap. */
  flush(cache: number): void {
    const { caches } = this;
    const { words } = caches;
    for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
      const place = cache + sizeclass * CLASS_WORDS;
      const s = words[place + SPAN];
      if (s === NIL) continue;
      this.central.uncache(s);
      caches.clearPlace(place);
    }
    words[cache + TINY_PAGE] = -1;
    words[cache + TINY_OFFSET] = 0;
    caches.giveAll(cache);
  }

  private refuseMark(addr: number): never {
    throw new RangeError(`mark: no live object at ${addr}`);
  }
}
