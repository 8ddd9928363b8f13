import type { QueryResult } from '../../spec/index.js';
import { arenaUsed } from '../mheap.js';
import type { Mheap } from '../mheap.js';
import { currentCache } from '../objects/current-cache.js';
import { addressOf, objectIndexAt } from '../objects/size-classes.js';
import { contains, endOf } from '../span.js';
import type { Span } from '../span.js';

/** Looks an address up in every way that the heap knows; undefined is the nil pointer. */
export function query(h: Mheap, addr: number | undefined): QueryResult {
  const nil = -h.config.arenaStart;
  const address = addr ?? nil;
  const span = address === nil ? null : spanOf(h, address);
  const inHeapOrStack = span !== null && isInHeapOrStack(span, address);
  return {
    inheap: span !== null && isInHeap(span, address),
    inHeapOrStack,
    lookupMaybe: lookupMaybe(h, address)?.base ?? null,
    mlookup: mlookup(h, address),
    ...(inHeapOrStack ? { spanOf: span.base } : {}),
  };
}

/** The heap span in which an address lies, below its limit (`mheap.go:817`). */
export function lookupMaybe(h: Mheap, address: number): Span | null {
  const span = spanOf(h, address);
  return span !== null && isInHeap(span, address) ? span : null;
}

/** The span in which an address lies, if it lies in the arena (`mheap.go:339`, `mheap.go:804`). */
function spanOf(h: Mheap, address: number): Span | null {
  if (address < 0 || address >= arenaUsed(h)) return null;
  return h.spans.find((span) => contains(span, address)) ?? null;
}

/** The statement that an address of a span lies in an object, dead or alive (`mheap.go:300`). */
function isInHeap(span: Span, address: number): boolean {
  return span.state === 'inuse' && address < span.limit;
}

/** The statement that an address of a span lies in an object or a stack (`mheap.go:315`). */
function isInHeapOrStack(span: Span, address: number): boolean {
  return isInHeap(span, address) || (span.state === 'stack' && address < endOf(span));
}

/** Base and size, in bytes, of the object in which an address lies (`mheap.go:353`). Each call is counted. */
export function mlookup(h: Mheap, address: number): [base: number, size: number] | null {
  currentCache(h).counters.nlookup += 1;
  const span = lookupMaybe(h, address);
  if (span === null) return null;
  return [addressOf(span, objectIndexAt(span, address - span.base)), span.elemsize];
}
