import { NUM_SIZE_CLASSES } from '../spec/index.js';
import type { CacheCounter, HeapConfig, Host } from '../spec/index.js';
import { newCache } from './cache.js';
import type { Cache } from './cache.js';
import { endOf } from './span.js';
import type { Span, SpanList } from './span.js';

/** All that the reference model knows (`mheap`, `mheap.go:30`). */
export interface Mheap {
  readonly config: HeapConfig;
  readonly host: Host;

  /** Every span, in address order; together they tile the arena from 0 to `arena_used`. */
  spans: Span[];
  /** Every span record ever made (`mheap.go:50`). */
  readonly allspans: Span[];
  /** Records that describe no span at present, the one freed last at the end. */
  readonly freeRecords: Span[];

  /** Free spans, by page count (`mheap.go:32`). */
  readonly free: readonly SpanList[];
  readonly freelarge: SpanList;
  /** Spans of large objects, by page count (`mheap.go:34`). */
  readonly busy: readonly SpanList[];
  readonly busylarge: SpanList;
  /** Spans of small objects, by size class (`mheap.go:101`). */
  readonly central: readonly CentralLists[];
  /** Grows with every insertion into a list: the newer, the greater. */
  insertions: number;

  /** The number of the cycle, in steps of 2 (`mheap.go:230`). */
  sweepgen: number;
  /** Whether nothing is left to sweep. */
  sweepdone: boolean;
  /** The two stacks of in-use spans, which trade roles as `sweepgen` grows (`mheap.go:63`). */
  readonly sweepSpans: readonly [Span[], Span[]];
  /** Pages to sweep for each byte allocated; 0 where sweeping is not in proportion (`mheap.go:80`). */
  sweepPagesPerByte: number;
  /** Whether objects are being marked. */
  marking: boolean;
  /** Bytes of the objects marked in this cycle. */
  bytesMarked: number;
  readonly gcBitsArenas: MarkBitArenas;

  /** The caches by their number; null is one that was removed. */
  readonly caches: (Cache | null)[];
  /** The operations under way, each inside of the one before it, as the cache that it names. */
  readonly underWay: (Cache | null)[];

  /** Times that the background scavenger has run; its trace lines bear the number. */
  scavenges: number;

  /** What was counted, because it can't be told from what is there. */
  readonly counters: Counters;
  /** Frees of small objects by size class (`mheap.go:87`). */
  readonly nsmallfree: number[];
}

/** The central lists of one size class ("Central lists"). */
export interface CentralLists {
  /** Spans with free objects. */
  readonly nonempty: SpanList;
  /** Spans without, and those that are in a cache. */
  readonly empty: SpanList;
}

/** The arenas that bits are taken from: each as the bytes taken of it, the newest first (`mheap.go:1335`). */
export interface MarkBitArenas {
  /** Arenas that are not in use. */
  free: number;
  next: number[];
  current: number[];
  previous: number[];
}

/** Counters that remember what happened; all else that is reported follows from the spans. */
export interface Counters extends Record<Exclude<CacheCounter, 'scan'>, number> {
  heap_objects: number;
  /** Bytes. */
  heap_live: number;
  /** Bytes. */
  heap_scan: number;
  /** Bytes. */
  stacks_inuse: number;
  /** Pages. */
  pagesSwept: number;
  /** Bytes. */
  spanBytesAlloc: number;
  finalizersInUse: number;
  profilesInUse: number;
}

/** An empty heap, nothing mapped yet (`mheap.go:403`). */
export function emptyHeap(config: HeapConfig, host: Host): Mheap {
  const byLength = (kind: string) =>
    Array.from({ length: config.maxHeapList }, (_, npages) => ({ name: `${kind}[${npages}]` }));
  return {
    config,
    host,
    spans: [],
    allspans: [],
    freeRecords: [],
    free: byLength('free'),
    freelarge: { name: 'freelarge' },
    busy: byLength('busy'),
    busylarge: { name: 'busylarge' },
    central: Array.from({ length: NUM_SIZE_CLASSES }, (_, sizeclass) => ({
      nonempty: { name: `nonempty[${sizeclass}]` },
      empty: { name: `empty[${sizeclass}]` },
    })),
    insertions: 0,
    sweepgen: 0,
    sweepdone: true,
    sweepSpans: [[], []],
    sweepPagesPerByte: 0,
    marking: false,
    bytesMarked: 0,
    gcBitsArenas: { free: 0, next: [], current: [], previous: [] },
    caches: Array.from({ length: config.procs }, newCache),
    underWay: [],
    scavenges: 0,
    counters: {
      heap_objects: 0,
      heap_live: 0,
      heap_scan: 0,
      stacks_inuse: 0,
      tinyallocs: 0,
      nlookup: 0,
      largefree: 0,
      nlargefree: 0,
      pagesSwept: 0,
      spanBytesAlloc: 0,
      finalizersInUse: 0,
      profilesInUse: 0,
    },
    nsmallfree: Array<number>(NUM_SIZE_CLASSES).fill(0),
  };
}

/** The address up to which the arena is in use: the end of the last span (`mheap.go:93`). */
export function arenaUsed(h: Mheap): number {
  const last = h.spans.at(-1);
  return last === undefined ? 0 : endOf(last);
}

/** The free spans, in address order. */
export function freeSpans(h: Mheap): Span[] {
  return h.spans.filter((span) => span.state === 'free');
}

/** Pages of the spans in use for objects (`mheap.go:77`). */
export function pagesInUse(h: Mheap): number {
  return h.spans.reduce((pages, span) => pages + (span.state === 'inuse' ? span.npages : 0), 0);
}

/** The stack of in-use spans that are swept (`mheap.go:67`). */
export function sweptStack(h: Mheap): Span[] {
  return (h.sweepgen / 2) % 2 === 0 ? h.sweepSpans[0] : h.sweepSpans[1];
}

/** The stack of in-use spans that are still to be swept (`mheap.go:68`). */
export function unsweptStack(h: Mheap): Span[] {
  return (h.sweepgen / 2) % 2 === 0 ? h.sweepSpans[1] : h.sweepSpans[0];
}

/** The first of `items` in the given order, the earlier one where two are equal. */
export function firstBy<T>(items: readonly T[], order: (a: T, b: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (first, item) => (first === undefined || order(item, first) < 0 ? item : first),
    undefined,
  );
}
