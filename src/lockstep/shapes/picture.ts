import { CLASS_TO_SIZE, PAGE_SIZE } from '../../spec/index.js';
import type { HeapConfig } from '../../spec/index.js';
import { OrderedIntegers } from './ordered-integers.js';
import { LengthCounts, ListsByLength } from './lists-by-length.js';
import { DIRT, freeSpan } from './span.js';
import type { Span } from './span.js';

/**
 * What can be known of a heap's arena from its outcomes: the spans that tile it, in which lists they stand, and of
 * the free ones their age, dirt and released pages, by the rules of `mheap.go`. Where live spans lie comes from the
 * outcomes; free spans are the gaps between them, so that two of them are never neighbours.
 */
export class Picture {
  readonly config: HeapConfig;
  /** Nanoseconds. */
  clock = 1;
  /** Pages that are mapped. */
  end = 0;
  /** Pages in free spans. */
  freePages = 0;
  /** The span at the end of the arena. */
  tail: Span | null = null;
  /** All free spans, in no order. */
  readonly freeSpans: Span[] = [];
  readonly free: ListsByLength;
  /** Lengths of the free spans in the large list. */
  readonly largeLengths = new LengthCounts();
  readonly busy: ListsByLength;
  readonly #starts = new OrderedIntegers();
  readonly #spans = new Map<number, Span>();

  constructor(config: HeapConfig) {
    this.config = config;
    this.free = new ListsByLength(config.maxHeapList);
    this.busy = new ListsByLength(config.maxHeapList);
  }

  /** The span that begins at a page. */
  startingAt(page: number): Span | undefined {
    return this.#spans.get(page);
  }

  /** The span that a page lies in. */
  at(page: number): Span | undefined {
    if (!(page >= 0 && page < this.end)) return undefined;
    return this.#spans.get(this.#starts.atOrBelow(page));
  }

  /** All spans in address order. */
  *spans(): Generator<Span> {
    for (let span = this.startingAt(0) ?? null; span !== null; span = span.right) yield span;
  }

  /** Adds fresh pages to the end of the arena (`mheap.go:763`). */
  map(npages: number): void {
    const span = freeSpan(this.end, npages, this.clock);
    span.left = this.tail;
    if (this.tail !== null) this.tail.right = span;
    this.tail = span;
    this.end += npages;
    this.freePages += npages;
    this.#settle(span);
    this.#coalesce(span);
  }

  /**
   * Takes `npages` from page `page` on out of the free span `span`, for stacks or objects; what is left over becomes
   * a free span as old and as dirty (`mheap.go:699` to `722`).
   *
   * @returns the span, which is `span` itself, with its new use and lists still to be set by its caller.
   */
  take(span: Span, page: number, npages: number): Span {
    this.#unlist(span);
    span.reused ||= span.npreleased > 0;
    span.npreleased = 0;
    // The runtime takes the front. Another heap need not.
    if (page > span.page) this.#splitOff(span, span.page, page - span.page);
    if (npages < span.npages) this.#splitOff(span, page + npages, span.npages - npages);
    this.freePages -= npages;
    return span;
  }

  /** Makes a span free (`mheap.go:868`). */
  release(span: Span, dirt: number): void {
    span.list?.remove(span);
    span.use = 'free';
    span.dirt = dirt;
    span.npreleased = 0;
    span.unusedsince = this.clock;
    span.oldest = this.clock;
    span.splitAt = 0;
    this.freePages += span.npages;
    this.#coalesce(span);
  }

  /** Makes the front or the back of `span` a free span of its own. */
  #splitOff(span: Span, page: number, npages: number): void {
    const rest = freeSpan(page, npages, span.unusedsince);
    rest.oldest = span.oldest;
    rest.splitAt = this.clock;
    rest.reused = span.reused;
    rest.dirt = span.dirt === DIRT.none ? DIRT.none : span.dirt | DIRT.split;
    span.npages -= npages;
    if (page === span.page) {
      this.#spans.delete(span.page);
      span.page += npages;
      rest.left = span.left;
      rest.right = span;
      if (rest.left !== null) rest.left.right = rest;
      span.left = rest;
      this.#settle(span);
    } else {
      rest.left = span;
      rest.right = span.right;
      if (rest.right !== null) rest.right.left = rest;
      else this.tail = rest;
      span.right = rest;
    }
    this.#settle(rest);
    this.#enlist(rest);
  }

  /** Merges a free span that stands in no list with its free neighbours, and puts it in its list (`mheap.go:903`). */
  #coalesce(span: Span): void {
    const { left, right } = span;
    if (left?.use === 'free') {
      this.#absorb(span, left);
      this.#unsettle(span);
      span.page = left.page;
      span.left = left.left;
      if (span.left !== null) span.left.right = span;
      this.#spans.set(span.page, span);
    }
    if (right?.use === 'free') {
      this.#absorb(span, right);
      this.#unsettle(right);
      span.right = right.right;
      if (span.right !== null) span.right.left = span;
      else this.tail = span;
    }
    this.#enlist(span);
  }

  #absorb(span: Span, neighbour: Span): void {
    this.#unlist(neighbour);
    span.npages += neighbour.npages;
    span.npreleased += neighbour.npreleased;
    span.reused ||= neighbour.reused;
    span.oldest = Math.min(span.oldest, neighbour.oldest);
    const oneIsClean = (span.dirt === DIRT.none) !== (neighbour.dirt === DIRT.none);
    span.dirt |= neighbour.dirt | (oneIsClean ? DIRT.merge : DIRT.none);
  }

  #settle(span: Span): void {
    this.#spans.set(span.page, span);
    this.#starts.add(span.page);
  }

  #unsettle(span: Span): void {
    this.#spans.delete(span.page);
    this.#starts.delete(span.page);
  }

  #enlist(span: Span): void {
    span.freeIndex = this.freeSpans.length;
    this.freeSpans.push(span);
    const list = this.free.of(span.npages);
    list.insert(span);
    if (list === this.free.large) this.largeLengths.add(span.npages);
  }

  #unlist(span: Span): void {
    if (span.list === this.free.large) this.largeLengths.delete(span.npages);
    span.list?.remove(span);
    const last = this.freeSpans.pop();
    if (last === undefined || last === span) return;
    this.freeSpans[span.freeIndex] = last;
    last.freeIndex = span.freeIndex;
  }
}

/** What lies at an address: nothing, or a byte of a span. */
export type Whereabouts = Outside | Inside;

/** An address outside the mapped arena. */
export interface Outside {
  readonly what: 'below' | 'above';
}

/** An address inside the mapped arena. */
export interface Inside {
  readonly what: 'free' | 'stack' | 'object' | 'past-limit';
  readonly span: Span;
  /** Bytes from the span's base. */
  readonly offset: number;
}

/** Finds what lies at an address, given in bytes from the arena's start. */
export function whereabouts(picture: Picture, addr: number): Whereabouts {
  if (addr < 0) return { what: 'below' };
  const span = picture.at(Math.floor(addr / PAGE_SIZE));
  if (span === undefined) return { what: 'above' };
  const offset = addr - span.page * PAGE_SIZE;
  if (span.use !== 'heap') return { what: span.use, span, offset };
  return { what: offset < span.objectBytes ? 'object' : 'past-limit', span, offset };
}

/** Bytes of a span. */
export function bytesOf(span: Span): number {
  return span.npages * PAGE_SIZE;
}

/** Bytes of one object of a heap span. */
export function elementSize(span: Span): number {
  const size = CLASS_TO_SIZE.at(span.sizeclass);
  return size === undefined || size === 0 ? bytesOf(span) : size;
}
