import { FATAL, FatalError } from '../../spec/index.js';
import { newCache } from '../cache.js';
import type { Cache } from '../cache.js';
import type { Mheap } from '../mheap.js';
import type { Span } from '../span.js';
import { cacheSpan, uncacheSpan } from './central.js';
import { transferScanAndTiny } from './current-cache.js';

/**
 * Gives a cache another current span of a size class, the old one being full ("Caches and malloc", *refill*).
 *
 * @throws FatalError where there is no memory.
 */
export function refill(h: Mheap, cache: Cache, sizeclass: number): Span {
  const old = cache.alloc[sizeclass];
  if (old !== null) old.incache = false;
  const span = cacheSpan(h, sizeclass);
  if (span === null) throw new FatalError(FATAL.outOfMemory);
  cache.alloc[sizeclass] = span;
  return span;
}

/** Returns a cache's spans to the central lists, and its counters to the heap ("Flush"). */
export function flush(h: Mheap, cache: Cache): void {
  cache.alloc.forEach((span, sizeclass) => {
    if (span === null) return;
    uncacheSpan(h, span);
    cache.alloc[sizeclass] = null;
  });
  cache.tiny = null;
  transferCounters(h, cache);
}

function transferCounters(h: Mheap, cache: Cache): void {
  transferScanAndTiny(h, cache);
  for (const name of ['nlookup', 'largefree', 'nlargefree'] as const) {
    h.counters[name] += cache.counters[name];
    cache.counters[name] = 0;
  }
  cache.nsmallfree.forEach((count, sizeclass) => (h.nsmallfree[sizeclass] += count));
  cache.nsmallfree.fill(0);
}

/** Makes a cache and gives its number ("A collection cycle", `addProc`). */
export function addProc(h: Mheap): number {
  return h.caches.push(newCache()) - 1;
}

/** Flushes a cache and gives it up; its number is not used again. */
export function removeProc(h: Mheap, cache: Cache): void {
  flush(h, cache);
  h.caches[h.caches.indexOf(cache)] = null;
}
