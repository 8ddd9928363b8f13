import { MIN_HEAP_DISTANCE, NUM_SIZE_CLASSES, PAGE_SIZE } from '../../spec/index.js';
import { checkInteger } from '../arguments.js';
import type { Fate } from '../fate.js';
import type { Cycle } from '../pages/cycle.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import { CACHE } from './cache-layout.js';
import type { Caches } from './caches.js';
import type { CentralLists } from './central-lists.js';
import { CLASS, CLASSES } from './size-classes.js';
import type { SpanObjects } from './span-objects.js';
import type { Sweeper } from './sweeper.js';

const { FLAGS, FREEINDEX, INUSE, MARK_BITS, NIL, NPAGES, OBJECTS, SIZECLASS_SHIFT, SLACK, START, STATE } =
  LAYOUT;
const { CLASS_WORDS, SPAN, TINY, TINY_OFFSET } = CACHE;
const { MUL, SHIFT, SHIFT2, SIZE, WORDS } = CLASS;

const CLASS_TABLE = CLASSES;
const PAGE_BYTES = PAGE_SIZE;

/** The collection cycle: its begin, the marks, its end; and the flush of caches that belongs to it. */
export class Collector {
  private readonly fate: Fate;
  private readonly cycle: Cycle;

  constructor(
    private readonly pages: PageHeap,
    private readonly caches: Caches,
    private readonly objects: SpanObjects,
    private readonly central: CentralLists,
    private readonly sweeper: Sweeper,
  ) {
    this.fate = pages.fate;
    this.cycle = pages.cycle;
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
    this.objects.pool.nextEpoch();
    cycle.bytesMarked[0] = 0;
    cycle.marking = true;
  }

  /**
   * Marks the live object in which an address lies.
   *
   * @throws RangeError where it lies in none, or nothing is being marked.
   */
  mark(addr: number): void {
    const { cycle, pages } = this;
    const { table } = pages;
    const { words } = pages.records;
    const page = (addr / PAGE_BYTES) | 0;
    if (
      this.fate.error !== null ||
      !cycle.marking ||
      Math.floor(addr) !== addr ||
      page < 0 ||
      page >= table.mapped
    ) {
      this.refuseMark(addr);
    }
    const s = table.containing(page);
    const flags = words[s + FLAGS];
    const offset = addr - words[s + START] * PAGE_BYTES;
    const size = words[s + NPAGES] * PAGE_BYTES - words[s + SLACK];
    // The page of an address that is far out is taken modulo 2^32: then it lies in no span.
    if ((flags & (STATE | OBJECTS)) !== (INUSE | OBJECTS) || offset < 0 || offset >= size) {
      this.refuseMark(addr);
    }
    const c = (flags >>> SIZECLASS_SHIFT) * WORDS;
    const index =
      c === 0
        ? 0
        : Math.imul(offset >>> CLASS_TABLE[c + SHIFT], CLASS_TABLE[c + MUL]) >>> CLASS_TABLE[c + SHIFT2];
    if (index >= words[s + FREEINDEX] && !this.objects.isAllocated(s, index)) this.refuseMark(addr);
    const bits = this.objects.pool.words;
    const at = words[s + MARK_BITS] + (index >>> 5);
    const word = bits[at];
    const marked = word | (1 << index);
    if (word === marked) return;
    bits[at] = marked;
    cycle.bytesMarked[0] += c === 0 ? words[s + NPAGES] * PAGE_BYTES : CLASS_TABLE[c + SIZE];
  }

  /**
   * Ends marking. What is not swept at once, with `heapDistance` 0, is swept in proportion to what is allocated, over so
   * many bytes.
   *
   * @throws RangeError where nothing is being marked, inside of another operation, or where a span of `alloc` is in use
   *   and would be swept at once.
   */
  end(heapDistance: number): void {
    const { caches, cycle, pages } = this;
    if (!cycle.marking) throw new RangeError('gcEnd: no cycle has begun');
    if (cycle.interrupted > 0) throw new RangeError('gcEnd: the world runs, inside of another operation');
    if (heapDistance === 0 && cycle.bareSpans > 0) {
      throw new RangeError(
        `gcEnd: ${cycle.bareSpans} spans in use hold no objects; free what alloc gave first`,
      );
    }
    for (let p = 0; p < caches.made; p++) {
      const cache = caches.existing(p);
      if (cache !== CACHE.NIL) this.flush(cache);
    }
    pages.live[0] = cycle.bytesMarked[0];
    cycle.marking = false;
    cycle.nextGeneration();
    cycle.busyUnswept = pages.busySpans;
    if (heapDistance === 0) {
      cycle.sweepPagesPerByte = 0;
      this.sweeper.sweepAll(NIL);
    } else {
      cycle.sweepPagesPerByte = pages.pagesInUse / Math.max(heapDistance, MIN_HEAP_DISTANCE);
      cycle.spanBytesAlloc[0] = 0;
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
    caches.doubles[(cache + TINY) >>> 1] = -1;
    words[cache + TINY_OFFSET] = 0;
    caches.giveAll(cache);
  }

  private refuseMark(addr: unknown): never {
    this.fate.check();
    checkInteger('addr', addr, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    if (!this.cycle.marking) throw new RangeError('mark: no cycle has begun');
    throw new RangeError(`mark: no live object at ${String(addr)}`);
  }
}
