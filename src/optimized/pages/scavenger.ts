import { PAGE_SIZE } from '../../spec/index.js';
import { LAYOUT, LONGEST_INDEXED } from './layout.js';
import type { PageHeap } from './page-heap.js';

const { LEFT, NIL, NPAGES, NPRELEASED, OVERFLOW, RIGHT, START } = LAYOUT;

/** Gives free pages back to the operating system (`mheap.go:950` to `1012`). */
export class Scavenger {
  /** Number of scavenges so far, which their trace lines bear. */
  private ordinal = 0;
  /** Only spans that became free before this time, in ns, are released. */
  private before = 0;

  constructor(private readonly pages: PageHeap) {}

  /** Releases what has been free for more than `limit` ns, and returns the bytes that were not released before. */
  scavenge(limit: number): number {
    this.before = this.pages.host.nanotime() - limit;
    const released = this.releaseAll();
    this.trace(this.ordinal, released);
    this.ordinal += 1;
    return released;
  }

  /** Releases all that is free, and returns the bytes that were not released before. */
  freeOSMemory(): number {
    this.before = Infinity;
    const released = this.releaseAll();
    this.trace(-1, released);
    return released;
  }

  private releaseAll(): number {
    const { freeSpans: free, lists, config, records } = this.pages;
    const { words } = records;
    let pages = 0;
    for (let length = free.lengths.next(1); length >= 0; length = this.lengthAfter(length)) {
      if (length >= config.maxHeapList) pages += this.releaseTree(free.large.roots[length]);
      else pages += this.releaseList(free.listOf(length));
    }
    for (let s = lists.first(words, OVERFLOW); s !== NIL; s = lists.following(words, OVERFLOW, s)) {
      pages += this.releaseSpan(s);
    }
    this.pages.pagesReleased += pages;
    return pages * PAGE_SIZE;
  }

  /** The next greater length of which there are free spans in a list or tree, or -1. */
  private lengthAfter(length: number): number {
    const { lengths } = this.pages.freeSpans;
    return length < LONGEST_INDEXED && length + 1 < lengths.capacity ? lengths.next(length + 1) : -1;
  }

  private releaseList(list: number): number {
    const { lists, records } = this.pages;
    const { words } = records;
    let pages = 0;
    for (let s = lists.first(words, list); s !== NIL; s = lists.following(words, list, s)) {
      pages += this.releaseSpan(s);
    }
    return pages;
  }

  private releaseTree(s: number): number {
    if (s === NIL) return 0;
    const { words } = this.pages.records;
    return this.releaseSpan(s) + this.releaseTree(words[s + LEFT]) + this.releaseTree(words[s + RIGHT]);
  }

  /** Releases the whole physical pages inside a span, and returns the pages that were not released before. */
  private releaseSpan(s: number): number {
    const { config, host, records } = this.pages;
    const { words } = records;
    const released = words[s + NPRELEASED];
    if (records.unusedSince(s) >= this.before || released === words[s + NPAGES]) return 0;
    const unit = Math.max(config.physPageSize / PAGE_SIZE, 1);
    const start = Math.ceil(words[s + START] / unit) * unit;
    const end = Math.floor((words[s + START] + words[s + NPAGES]) / unit) * unit;
    if (end <= start || end - start === released) return 0;
    words[s + NPRELEASED] = end - start;
    host.sysUnused(start * PAGE_SIZE, (end - start) * PAGE_SIZE);
    return end - start - released;
  }

  private trace(ordinal: number, released: number): void {
    const { host, pagesReleased, pagesTaken, table } = this.pages;
    if (!host.gctrace) return;
    if (released > 0) host.print(`scvg${ordinal}: ${mebibytes(released / PAGE_SIZE)} MB released\n`);
    const inuse = mebibytes(pagesTaken);
    const idle = mebibytes(table.mapped - pagesTaken);
    const sys = mebibytes(table.mapped);
    const gone = mebibytes(pagesReleased);
    const consumed = mebibytes(table.mapped - pagesReleased);
    host.print(
      `scvg${ordinal}: inuse: ${inuse}, idle: ${idle}, sys: ${sys}, released: ${gone}, consumed: ${consumed} (MB)\n`,
    );
  }
}

/** Whole MiB of so many pages. */
function mebibytes(pages: number): number {
  return Math.floor(pages / 128);
}
