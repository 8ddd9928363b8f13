import { CLASS_TO_SIZE, FATAL, PAGE_SIZE } from '../../spec/index.js';
import type { HeapConfig, Host } from '../../spec/index.js';
import { Fate } from '../fate.js';
import { Cycle } from './cycle.js';
import { FreeSpans } from './free-spans.js';
import { LAYOUT } from './layout.js';
import { SpanLists } from './span-lists.js';
import { SpanRecords } from './span-records.js';
import { SpanTable } from './span-table.js';

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
 *
 * `alloc` and `free` are long on purpose: each is one piece of code for the engine, which inlines into it what it calls
 * on its straight path.
 */
export class PageHeap {
  readonly fate = new Fate();
  readonly records = new SpanRecords();
  readonly lists = new SpanLists(this.fate);
  readonly table = new SpanTable(this.records);
  readonly freeSpans: FreeSpans;
  readonly cycle = new Cycle();

  /** Pages in use, by objects or stacks (`heap_inuse`). */
  pagesTaken = 0;
  /** Pages in use by objects (`mheap.go:77`). */
  pagesInUse = 0;
  /** Pages in use by stacks (`stacks_inuse`). */
  pagesOfStacks = 0;
  /** Pages given back to the operating system (`heap_released`). */
  pagesReleased = 0;
  /** Large objects (`heap_objects`). */
  objects = 0;
  /** Bytes that count as live (`heap_live`). */
  live = 0;
  /** Whether memory had to be cleared for the last allocation. Only an allocation that clears sets it. */
  cleared = false;

  private readonly maxHeapList: number;

  constructor(
    readonly config: HeapConfig,
    readonly host: Host,
  ) {
    this.maxHeapList = config.maxHeapList;
    this.freeSpans = new FreeSpans(this.lists, this.fate, config.maxHeapList, config.arenaPages);
  }

  /**
   * Allocates a span (`mheap.go:536`, `639` and `661`) and returns its record, or NIL where there is no memory. Its
   * NEEDZERO still says whether its memory may be dirty.
   *
   * @param flags - what FLAGS is to be: STACK, or INUSE with the size class
   * @param large - whether it is for a large object, which is counted and stands in a busy list
   */
  alloc(npages: number, flags: number, large: boolean): number {
    const { cycle, freeSpans, records, table } = this;
    records.reserve(2);
    const { words } = records;
    let length = npages <= table.mapped ? freeSpans.leastLength(words, npages) : 0;
    if (length === 0) {
      length = this.growFor(npages);
      if (length === 0) return NIL;
    }
    const s = freeSpans.take(words, length);
    const before = words[s + FLAGS];
    if ((before & STATE) !== FREE) this.fate.end(FATAL.allocNotFree);
    if (words[s + NPAGES] !== length) this.fate.end(FATAL.allocBadPages);
    if (words[s + NPRELEASED] !== 0) this.reuseReleased(s);

    if (length !== npages) {
      // Cut it, and put the rest back. The rest has no free neighbour: it would have been one with it.
      const rest = records.take(words);
      const end = words[s + START] + npages;
      words[rest + START] = end;
      words[rest + NPAGES] = length - npages;
      words[rest + FLAGS] = before;
      words[rest + NPRELEASED] = 0;
      words[rest + SPECIALS] = NIL;
      words[s + NPAGES] = npages;
      table.cut(s, rest, end, length - npages);
      records.setUnusedSince(rest, records.unusedSince(s) || this.host.nanotime());
      freeSpans.insert(words, rest, length - npages);
    }

    words[s + FLAGS] = flags | (before & NEEDZERO);
    this.pagesTaken += npages;
    if (flags === STACK) {
      this.pagesOfStacks += npages;
      return s;
    }
    this.pagesInUse += npages;
    words[s + SWEEPGEN] = cycle.sweepgen;
    cycle.swept.push(s);
    words[s + SLACK] = 0;
    if (large) {
      this.objects += 1;
      this.live += npages * PAGE_SIZE;
      this.lists.insertBack(words, this.busyList(npages), s);
    }
    return s;
  }

  /** Makes the memory of a new heap span clean where that is asked for, and its record say so (`mheap.go:631`). */
  clean(s: number, needzero: boolean): void {
    const { words } = this.records;
    words[s + FLAGS] &= ~NEEDZERO;
    if (needzero) {
      this.cleared = true;
      this.host.clear(words[s + START] * PAGE_SIZE, words[s + NPAGES] * PAGE_SIZE);
    }
  }

  /** Frees a span of stacks (`mheap.go:855`). */
  freeStack(s: number): void {
    const { words } = this.records;
    words[s + FLAGS] |= NEEDZERO;
    this.pagesOfStacks -= words[s + NPAGES];
    this.free(s, 0);
  }

  /**
   * Frees a span and unites it with its free neighbours (`mheap.go:829` and `868`).
   *
   * @param acct - 1 for a large object, else 0
   * @throws FatalError where it is not in use.
   */
  free(s: number, acct: number): void {
    const { freeSpans, records, table } = this;
    const { words } = records;
    let npages = words[s + NPAGES];
    let flags = words[s + FLAGS];
    this.objects -= acct;
    if ((flags & STATE) === FREE || words[s + ALLOC_COUNT] !== 0) this.refuse(s);
    if ((flags & STATE) === INUSE) {
      if (words[s + SWEEPGEN] !== this.cycle.sweepgen) this.refuse(s);
      this.pagesInUse -= npages;
    }
    this.pagesTaken -= npages;
    if (words[s + LIST] !== NIL) this.removeBusy(words, s, npages);
    records.setUnusedSince(s, this.host.nanotime());

    let start = words[s + START];
    let npreleased = 0;
    const before = table.endingBefore(start);
    if ((words[before + FLAGS] & STATE) === FREE) {
      table.lastPages.delete(start - 1);
      start -= words[before + NPAGES];
      npages += words[before + NPAGES];
      npreleased = words[before + NPRELEASED];
      flags |= words[before + FLAGS];
      this.dissolve(before);
    }
    const behind = table.entries[start + npages];
    if ((words[behind + FLAGS] & STATE) === FREE) {
      table.lastPages.delete(start + npages - 1);
      npages += words[behind + NPAGES];
      npreleased += words[behind + NPRELEASED];
      flags |= words[behind + FLAGS];
      this.dissolve(behind);
    }
    words[s + START] = start;
    words[s + NPAGES] = npages;
    words[s + FLAGS] = FREE | (flags & NEEDZERO);
    words[s + NPRELEASED] = npreleased;
    table.enter(s, start, npages);
    freeSpans.insert(words, s, npages);
  }

  private removeBusy(words: Int32Array, s: number, npages: number): void {
    this.lists.remove(words, this.busyList(npages), s);
    // The next one, now in front, may be unswept.
    if (!this.cycle.sweepdone && npages < this.maxHeapList) this.cycle.busyUnswept.add(npages);
  }

  /** The list of large in-use spans of that length (`mheap.go:943`). */
  busyList(npages: number): number {
    return npages < this.maxHeapList ? BUSY_HEADS + npages * HEAD_WORDS : BUSY_LARGE;
  }

  /** Released memory is about to be used again (`mheap.go:699`). */
  private reuseReleased(s: number): void {
    const { words } = this.records;
    this.host.sysUsed(words[s + START] * PAGE_SIZE, words[s + NPAGES] * PAGE_SIZE);
    this.pagesReleased -= words[s + NPRELEASED];
  }

  /** A free span, now part of its neighbour, is no longer a span. */
  private dissolve(s: number): void {
    const { words } = this.records;
    this.freeSpans.remove(words, s, words[s + NPAGES]);
    this.records.release(words, s);
  }

  /** Says why a span can't be freed (`mheap.go:869`). */
  private refuse(s: number): never {
    const state = this.records.words[s + FLAGS] & STATE;
    if (state === STACK) return this.fate.end(FATAL.freeInvalidStack);
    return this.fate.end(state === INUSE ? FATAL.freeInvalid : FATAL.freeInvalidState);
  }

  /** Maps memory for `npages` pages, and gives the length of the free span to take; 0 where there is none (`mheap.go:678`). */
  private growFor(npages: number): number {
    if (!this.grow(npages)) return 0;
    // The search goes on among the long spans only, although what was mapped may have made a short one.
    return this.freeSpans.leastLength(this.records.words, Math.max(npages, this.maxHeapList));
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
    // A span that seems in use is freed, so that it unites with a free one in front.
    const { words } = this.records;
    const s = this.records.take(words);
    const mapped = this.table.mapped - start;
    words[s + START] = start;
    words[s + NPAGES] = mapped;
    words[s + FLAGS] = INUSE;
    words[s + SPECIALS] = NIL;
    words[s + SWEEPGEN] = this.cycle.sweepgen;
    this.pagesInUse += mapped;
    this.pagesTaken += mapped;
    this.table.lastPages.add(start + mapped - 1);
    this.free(s, 0);
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

/** Bytes of an in-use span from the end of its last whole object to its end (`mheap.go:249`). */
export function slackOf(words: Int32Array, s: number): number {
  const sizeclass = words[s + FLAGS] >>> SIZECLASS_SHIFT;
  return sizeclass === 0 ? words[s + SLACK] : (words[s + NPAGES] * PAGE_SIZE) % CLASS_TO_SIZE[sizeclass];
}
