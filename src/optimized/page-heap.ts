import { CLASS_TO_SIZE, FATAL, PAGE_SIZE } from '../spec/index.js';
import type { HeapConfig, Host } from '../spec/index.js';
import { Fate } from './fate.js';
import { FreeSpans } from './free-spans.js';
import { LAYOUT } from './layout.js';
import { SpanLists } from './span-lists.js';
import { SpanRecords } from './span-records.js';
import { SpanTable } from './span-table.js';
import { SweepStack } from './sweep-stack.js';

const {
  ALLOC_COUNT,
  BUSY_HEADS,
  BUSY_LARGE,
  FLAGS,
  FREE,
  HEAD_WORDS,
  INUSE,
  LIST,
  NEEDZERO,
  NIL,
  NPAGES,
  NPRELEASED,
  SIZECLASS_SHIFT,
  SLACK,
  SPECIALS,
  STACK,
  START,
  STATE,
  SWEEPGEN,
} = LAYOUT;

/**
 * The page heap, in pages and span records: allocation, freeing and growth. Its callers have checked their arguments.
 */
export class PageHeap {
  readonly fate = new Fate();
  readonly records = new SpanRecords();
  readonly lists = new SpanLists(this.fate);
  readonly table = new SpanTable(this.records);
  readonly free: FreeSpans;
  /** In-use spans that are swept (`mheap.sweepSpans`). */
  readonly swept = new SweepStack();
  /** `mheap.sweepgen`. */
  sweepgen = 0;

  /** Pages in use by the heap or by stacks (`heap_inuse`). */
  pagesTaken = 0;
  /** Pages in use by the heap (`mheap.pagesInUse`). */
  pagesInUse = 0;
  /** Pages in use by stacks (`stacks_inuse`). */
  pagesOfStacks = 0;
  /** Pages given back to the operating system (`heap_released`). */
  pagesReleased = 0;
  /** Large objects (`heap_objects`). */
  objects = 0;
  /** Pages ever allocated for large objects (`heap_live`). */
  readonly live = new Float64Array(1);
  clears = 0;
  private readonly maxHeapList: number;

  constructor(
    readonly config: HeapConfig,
    readonly host: Host,
  ) {
    this.maxHeapList = config.maxHeapList;
    this.free = new FreeSpans(this.lists, this.fate, config.maxHeapList, config.arenaPages);
  }

  /** Allocates a span for objects (`mheap.go:536`). Returns its record, or {@link NIL} where there is no memory. */
  alloc(npages: number, sizeclass: number, large: boolean, needzero: boolean): number {
    const s = this.allocSpan(npages);
    if (s === NIL) return NIL;
    const { words } = this.records;
    words[s + SWEEPGEN] = this.sweepgen;
    this.swept.push(s);
    const zeroed = needzero && (words[s + FLAGS] & NEEDZERO) !== 0;
    words[s + FLAGS] = INUSE | (sizeclass << SIZECLASS_SHIFT);
    words[s + SLACK] = sizeclass === 0 ? 0 : (npages * PAGE_SIZE) % CLASS_TO_SIZE[sizeclass];
    this.pagesInUse += npages;
    if (large) {
      this.objects += 1;
      this.live[0] += npages;
      this.lists.insertBack(words, this.busyList(npages), s);
    }
    if (zeroed) this.clear(s);
    return s;
  }

  /** Allocates a span for stacks (`mheap.go:639`). Returns its record, or {@link NIL} where there is no memory. */
  allocStack(npages: number): number {
    const s = this.allocSpan(npages);
    if (s === NIL) return NIL;
    const { words } = this.records;
    words[s + FLAGS] = (words[s + FLAGS] & NEEDZERO) | STACK;
    this.pagesOfStacks += npages;
    return s;
  }

  /** Frees a heap span (`mheap.go:829`); `acct` is 1 for a large object, else 0. */
  freeHeapSpan(s: number, acct: number): void {
    this.objects -= acct;
    this.freeSpan(s);
  }

  /** Frees a span of stacks (`mheap.go:855`). */
  freeStack(s: number): void {
    const { words } = this.records;
    words[s + FLAGS] |= NEEDZERO;
    this.pagesOfStacks -= words[s + NPAGES];
    this.freeSpan(s);
  }

  /** The list of large in-use spans of that length (`mheap.go:943`). */
  busyList(npages: number): number {
    return npages < this.maxHeapList ? BUSY_HEADS + npages * HEAD_WORDS : BUSY_LARGE;
  }

  /**
   * Finds a free span, or memory for one, and cuts it to length (`mheap.go:661`). The span is no longer among the
   * free ones, but still says that it is free. {@link NIL} where there is no memory.
   */
  private allocSpan(npages: number): number {
    const { records, table } = this;
    records.reserve(2);
    const { words } = records;
    let length = npages <= table.mapped ? this.free.leastLength(words, npages) : 0;
    if (length === 0) {
      if (!this.grow(npages)) return NIL;
      // Only among the long ones, although what was grown may be short.
      length = this.free.leastLength(words, Math.max(npages, this.maxHeapList));
      if (length === 0) return NIL;
    }
    const s = this.free.take(words, length);
    const flags = words[s + FLAGS];
    if ((flags & STATE) !== FREE) this.fate.end(FATAL.allocNotFree);
    if (words[s + NPAGES] !== length) this.fate.end(FATAL.allocBadPages);
    if (words[s + NPRELEASED] !== 0) this.reuse(s);
    if (length !== npages) {
      const rest = records.take(words);
      const end = words[s + START] + npages;
      words[rest + START] = end;
      words[rest + NPAGES] = length - npages;
      words[rest + FLAGS] = flags;
      words[rest + NPRELEASED] = 0;
      words[rest + SPECIALS] = NIL;
      words[s + NPAGES] = npages;
      table.entries[end - 1] = s;
      table.enter(rest, end, length - npages);
      table.lastPages.add(end - 1);
      // The rest has no free neighbours, or they would have been one with it.
      records.setUnusedSince(rest, records.unusedSince(s) || this.host.nanotime());
      this.free.insert(words, rest, length - npages);
    }
    this.pagesTaken += npages;
    return s;
  }

  private clear(s: number): void {
    const { words } = this.records;
    this.clears += 1;
    this.host.clear(words[s + START] * PAGE_SIZE, words[s + NPAGES] * PAGE_SIZE);
  }

  private reuse(s: number): void {
    const { words } = this.records;
    this.host.sysUsed(words[s + START] * PAGE_SIZE, words[s + NPAGES] * PAGE_SIZE);
    this.pagesReleased -= words[s + NPRELEASED];
  }

  /** Makes a span free and unites it with its free neighbours (`mheap.go:868`). */
  private freeSpan(s: number): void {
    const { records, table } = this;
    const { words } = records;
    const { entries } = table;
    let npages = words[s + NPAGES];
    let flags = words[s + FLAGS];
    if ((flags & STATE) === INUSE) this.pagesInUse -= npages;
    if ((flags & STATE) === FREE || words[s + ALLOC_COUNT] !== 0 || words[s + SWEEPGEN] !== this.sweepgen) {
      this.refuse(s);
    }
    this.pagesTaken -= npages;
    if (words[s + LIST] !== NIL) this.lists.remove(words, this.busyList(npages), s);
    records.setUnusedSince(s, this.host.nanotime());

    let start = words[s + START];
    let npreleased = 0;
    const before = start > 0 ? entries[start - 1] : NIL;
    if ((words[before + FLAGS] & STATE) === FREE) {
      table.lastPages.delete(start - 1);
      start -= words[before + NPAGES];
      npages += words[before + NPAGES];
      npreleased = words[before + NPRELEASED];
      flags |= words[before + FLAGS];
      this.dissolve(before);
    }
    const behind = entries[start + npages];
    if ((words[behind + FLAGS] & STATE) === FREE) {
      table.lastPages.delete(start + npages - 1);
      npages += words[behind + NPAGES];
      npreleased += words[behind + NPRELEASED];
      flags |= words[behind + FLAGS];
      this.dissolve(behind);
    }
    words[s + START] = start;
    words[s + NPAGES] = npages;
    words[s + NPRELEASED] = npreleased;
    words[s + FLAGS] = (flags & NEEDZERO) | FREE;
    table.enter(s, start, npages);
    this.free.insert(words, s, npages);
  }

  private dissolve(s: number): void {
    const { words } = this.records;
    this.free.remove(words, s, words[s + NPAGES]);
    this.records.release(words, s);
  }

  private refuse(s: number): void {
    const flags = this.records.words[s + FLAGS];
    if ((flags & STATE) === FREE) this.fate.end(FATAL.freeInvalidState);
  }

  /**
   * Maps memory for at least `npages` pages and makes it a free span (`mheap.go:763`). Returns whether it did; where
   * not, it says so on the host.
   */
  private grow(npages: number): boolean {
    const { growRound, heapAllocChunk } = this.config;
    const unit = growRound / PAGE_SIZE;
    const least = Math.ceil(npages / unit) * unit;
    const wanted = Math.max(least, heapAllocChunk / PAGE_SIZE);
    const start = this.table.mapped;
    if (!this.map(wanted) && !(wanted > least && this.map(least))) {
      this.host.print(
        `runtime: out of memory: cannot allocate ${least * PAGE_SIZE}-byte block (${start * PAGE_SIZE} in use)\n`,
      );
      return false;
    }
    const { words } = this.records;
    const s = this.records.take(words);
    words[s + START] = start;
    words[s + NPAGES] = this.table.mapped - start;
    words[s + FLAGS] = INUSE;
    words[s + SPECIALS] = NIL;
    this.records.words[s + SWEEPGEN] = this.sweepgen;
    this.table.lastPages.add(this.table.mapped - 1);
    this.pagesInUse += words[s + NPAGES];
    this.pagesTaken += words[s + NPAGES];
    this.freeSpan(s);
    return true;
  }

  /** Maps the next pages of the arena, exactly `npages`; returns whether it did. */
  private map(npages: number): boolean {
    const { mapped } = this.table;
    if (mapped + npages > this.config.arenaPages) return false;
    if (!this.host.sysMap(mapped * PAGE_SIZE, npages * PAGE_SIZE)) return false;
    this.table.extend(npages);
    return true;
  }
}
