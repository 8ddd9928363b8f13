import { PAGE_SIZE } from '../spec/index.js';

/** What a span is used for (`mSpanState`, `mheap.go:141`); `dead` is a record that describes no span. */
export type SpanUse = 'free' | 'inuse' | 'stack' | 'dead';

/** A list of spans (`mSpanList`, `mheap.go:162`): its members are the spans that say so. */
export interface SpanList {
  readonly name: string;
}

/** Where a span stands in a list: the members of a list are in ascending order of `order`. */
export interface Place {
  readonly list: SpanList;
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
  /** Address behind the last object. */
  limit: number;
  /** Objects that there is room for; 0 where it holds none: it is not in use, or page-level `alloc` gave it. */
  nelems: number;
  /** Objects allocated. */
  allocCount: number;
  /** Index from which on a free object is looked for: all objects before it are allocated. */
  freeindex: number;
  /** For each object, whether it was live after the last sweep. */
  allocBits: boolean[];
  /** For each object, whether it is marked. */
  gcmarkBits: boolean[];
  /** Whether it is the current span of a cache. */
  incache: boolean;
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
