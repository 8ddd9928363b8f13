import type { HeapConfig, Host } from '../spec/index.js';
import { endOf } from './span.js';
import type { Span } from './span.js';

/** All that the reference model knows between two operations (`mheap`, `mheap.go:30`). */
export interface PageHeap {
  readonly config: HeapConfig;
  readonly host: Host;

  /** Every span, in address order; together they tile the arena from 0 to `arena_used`. */
  spans: Span[];
  /** Every span record ever made (`mheap.go:50`). */
  readonly allspans: Span[];
  /** Records that describe no span at present, the one freed last at the end. */
  readonly freeRecords: Span[];

  /** Grows with every insertion into a list: the newer, the greater. */
  insertions: number;

  readonly sweepgen: number;
  /** The two stacks of in-use spans, which trade roles as `sweepgen` grows (`mheap.go:63`). */
  readonly sweepSpans: readonly [Span[], Span[]];

  readonly caches: Cache[];

  /** Times that the background scavenger has run; its trace lines bear the number. */
  scavenges: number;

  /** What was counted, because it can't be told from what is there. */
  readonly counters: Counters;
}

/** One cache (`mcache`): at page level, its count of lookups not yet given to the heap. */
export interface Cache {
  nlookup: number;
}

/** Counters that remember what happened; all else that is reported follows from the spans. */
export interface Counters {
  heap_objects: number;
  /** Bytes. */
  heap_live: number;
  /** Bytes. */
  stacks_inuse: number;
  finalizersInUse: number;
  profilesInUse: number;
}

/** An empty heap, nothing mapped yet (`mheap.go:403`). */
export function emptyHeap(config: HeapConfig, host: Host): PageHeap {
  return {
    config,
    host,
    spans: [],
    allspans: [],
    freeRecords: [],
    insertions: 0,
    sweepgen: 0,
    sweepSpans: [[], []],
    caches: Array.from({ length: config.procs }, () => ({ nlookup: 0 })),
    scavenges: 0,
    counters: {
      heap_objects: 0,
      heap_live: 0,
      stacks_inuse: 0,
      finalizersInUse: 0,
      profilesInUse: 0,
    },
  };
}

/** The address up to which the arena is in use: the end of the last span (`mheap.go:93`). */
export function arenaUsed(h: PageHeap): number {
  const last = h.spans.at(-1);
  return last === undefined ? 0 : endOf(last);
}

/** The free spans, in address order. */
export function freeSpans(h: PageHeap): Span[] {
  return h.spans.filter((span) => span.state === 'free');
}

/** The stack of in-use spans that are swept (`mheap.go:67`). */
export function sweptStack(h: PageHeap): Span[] {
  return (h.sweepgen / 2) % 2 === 0 ? h.sweepSpans[0] : h.sweepSpans[1];
}

/** The stack of in-use spans that are still to be swept (`mheap.go:68`). */
export function unsweptStack(h: PageHeap): Span[] {
  return (h.sweepgen / 2) % 2 === 0 ? h.sweepSpans[1] : h.sweepSpans[0];
}

/** The first of `items` in the given order, the earlier one where two are equal. */
export function firstBy<T>(items: readonly T[], order: (a: T, b: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (first, item) => (first === undefined || order(item, first) < 0 ? item : first),
    undefined,
  );
}
