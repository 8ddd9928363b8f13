import { PAGE_SIZE } from '../spec/index.js';

/** What a span is used for (`mSpanState`, `mheap.go:141`); `dead` is a record that describes no span. */
export type SpanUse = 'free' | 'inuse' | 'stack' | 'dead';

/** The name of a list of spans, as in the seed: `free[5]`, `freelarge`, `busy[5]`, `busylarge`. */
export type ListName = `free[${number}]` | 'freelarge' | `busy[${number}]` | 'busylarge';

/** Where a span stands in a list: the members of a list are in ascending order of `order`. */
export interface Place {
  readonly list: ListName;
  readonly order: number;
}

/** A special record on an object of a span (`mheap.go:1116`). */
export interface Special {
  /** Bytes from the span's base, of which the record keeps the low 16 bits. */
  readonly offset: number;
  readonly kind: number;
  readonly id: number;
}

/** A run of pages (`mspan`, `mheap.go:168`). Addresses are bytes from the start of the arena. */
export interface Span {
  base: number;
  npages: number;
  state: SpanUse;
  place: Place | null;
  /** 1 where its memory may be dirty. */
  needzero: number;
  /** Clock, in ns, at which it became free; 0 while it is not. */
  unusedsince: number;
  /** Pages of it that were given back to the operating system. */
  npreleased: number;
  sizeclass: number;
  /** Bytes of one of its objects. */
  elemsize: number;
  allocCount: number;
  /** Address behind the last object. */
  limit: number;
  /** The heap's `sweepgen` when it was last swept. */
  sweepgen: number;
  specials: Special[];
}

/** Bytes of a span. */
export function bytesOf(span: Span): number {
  return span.npages * PAGE_SIZE;
}

/** The address behind a span's last byte. */
export function endOf(span: Span): number {
  return span.base + bytesOf(span);
}

/** The statement that an address lies in a span. */
export function contains(span: Span, address: number): boolean {
  return span.base <= address && address < endOf(span);
}
