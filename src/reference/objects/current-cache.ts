import type { Cache } from '../cache.js';
import type { Mheap } from '../mheap.js';

/**
 * The cache that the operation under way works on: the one that it names, or the one with the lowest number that is
 * left ("A collection cycle").
 */
export function currentCache(h: Mheap): Cache {
  const cache = h.underWay.at(-1) ?? h.caches.find((one) => one !== null);
  if (cache === undefined) throw new Error('a heap without a cache');
  return cache;
}

/** Gives the heap what a cache counted of bytes to scan and of tiny objects (`mheap.go:556`, `mheap.go:833`). */
export function transferScanAndTiny(h: Mheap, cache: Cache): void {
  h.counters.heap_scan += cache.counters.scan;
  cache.counters.scan = 0;
  h.counters.tinyallocs += cache.counters.tinyallocs;
  cache.counters.tinyallocs = 0;
}
