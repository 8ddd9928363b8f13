/** What a span of the picture is used for. */
export type Use = 'free' | 'heap' | 'stack';

/**
 * Memory that may hold something: none of it may, or some. The further bits tell where the dirt came from, so that
 * it can be seen that it arrived.
 */
export const DIRT = {
  none: 0,
  some: 1,
  /** It was handed on to the remainder of a split. */
  split: 2,
  /** Clean memory became dirty in a merge with it. */
  merge: 4,
  /** A stack left it. */
  stack: 8,
} as const;

/**
 * A span in the tracker's picture of the arena. It lives as long as the heap's own record of that span would: the
 * front part of a split and the span that is just being freed keep theirs.
 */
export interface Span {
  /** Its first page, counted from the arena's start. */
  page: number;
  npages: number;
  use: Use;
  /** {@link DIRT} of a free span's or a stack's memory. */
  dirt: number;
  /** Free: pages given back to the operating system. */
  npreleased: number;
  /** Free: the clock, in ns, from which its age counts. */
  unusedsince: number;
  /** Free: the earliest `unusedsince`, in ns, of all free spans that have merged into it. */
  oldest: number;
  /** Free: the clock, in ns, at which it became a span of its own as the remainder of a split; 0 for none. */
  splitAt: number;
  /** Free: the number of the operation that released pages of it last. */
  releasedIn: number;
  /** Whether pages of it were once released and have been used again since. */
  reused: boolean;
  /** Free: where it stands among all free spans. */
  freeIndex: number;
  /** Heap: the size class, 0 for none. */
  sizeclass: number;
  /** Heap: bytes from its base that objects fill. */
  objectBytes: number;
  /** The special records that hang on its record: offset in bytes, cut to 16 bits, to a mask of kinds (1 << kind). */
  specials: Map<number, number> | null;
  /** Neighbours in the arena. */
  left: Span | null;
  right: Span | null;
  /** Its free or busy list, and its neighbours there. */
  list: SpanList | null;
  before: Span | null;
  behind: Span | null;
}

/**
 * Pages from which on a span is a giant, 8 GiB: the largest arena has room for 64 of them, so that a heap may well keep
 * them in a way of their own.
 */
export const GIANT_PAGES = 2 ** 20;

/** A free span that nothing has happened to; its list and neighbours are yet to be set. */
export function freeSpan(page: number, npages: number, clock: number): Span {
  return {
    page,
    npages,
    use: 'free',
    dirt: DIRT.none,
    npreleased: 0,
    unusedsince: clock,
    oldest: clock,
    splitAt: 0,
    releasedIn: -1,
    reused: false,
    freeIndex: -1,
    sizeclass: 0,
    objectBytes: 0,
    specials: null,
    left: null,
    right: null,
    list: null,
    before: null,
    behind: null,
  };
}

/** A free or busy list, linked through its spans. */
export class SpanList {
  first: Span | null = null;
  last: Span | null = null;
  length = 0;

  /** Puts `span`, which stands in no list, at the front, as free lists do. */
  insert(span: Span): void {
    span.list = this;
    span.before = null;
    span.behind = this.first;
    if (this.first === null) this.last = span;
    else this.first.before = span;
    this.first = span;
    this.length++;
  }

  /** Puts `span`, which stands in no list, at the back, as busy lists do. */
  insertBack(span: Span): void {
    span.list = this;
    span.before = this.last;
    span.behind = null;
    if (this.last === null) this.first = span;
    else this.last.behind = span;
    this.last = span;
    this.length++;
  }

  /** Takes `span` out, which stands in this list. */
  remove(span: Span): void {
    if (span.before === null) this.first = span.behind;
    else span.before.behind = span.behind;
    if (span.behind === null) this.last = span.before;
    else span.behind.before = span.before;
    span.list = null;
    span.before = null;
    span.behind = null;
    this.length--;
  }

  /** The spans from the front. */
  *[Symbol.iterator](): Generator<Span> {
    for (let span = this.first; span !== null; span = span.behind) yield span;
  }
}

/** Whether `span` stands in a list with others before and behind it. */
export function standsInside(span: Span): boolean {
  return span.before !== null && span.behind !== null;
}
