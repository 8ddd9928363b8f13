import {
  FATAL,
  FatalError,
  MAX_SMALL_SIZE,
  PAGE_SIZE,
  TINY_SIZE,
  TINY_SIZE_CLASS,
} from '../../spec/index.js';
import type { MallocOperation, MallocResult } from '../../spec/index.js';
import type { Cache } from '../cache.js';
import { markObject } from '../collector/marking.js';
import { deductSweepCredit } from '../collector/sweep-credit.js';
import type { Mheap } from '../mheap.js';
import { alloc } from '../pages/allocating.js';
import { roundUp } from '../rounding.js';
import type { Span } from '../span.js';
import { refill } from './caches.js';
import { addressOf, sizeClassOf } from './size-classes.js';
import { nextFreeIndex, startObjects } from './slots.js';

/** What is asked of {@link malloc}: `size` and `scan` in bytes. */
export type Request = Omit<MallocOperation, 'op' | 'p'>;

/** Allocates an object ("Caches and malloc"). */
export function malloc(h: Mheap, cache: Cache, request: Request): MallocResult {
  if (request.size < TINY_SIZE && request.scan === 0) return mallocTiny(h, cache, request.size);
  const result = request.size <= MAX_SMALL_SIZE ? mallocSmall(h, cache, request) : mallocLarge(h, request);
  cache.counters.scan += request.scan;
  return result;
}

/**
 * Places an object in the open tiny block, or in a new one where it does not fit; of the two blocks the one with more
 * space left stays open (*Tiny*).
 */
function mallocTiny(h: Mheap, cache: Cache, size: number): MallocResult {
  const open = cache.tiny;
  if (open !== null) {
    const offset = roundUp(open.offset, tinyAlignment(size));
    if (offset + size <= TINY_SIZE) {
      cache.tiny = { addr: open.addr, offset: offset + size };
      cache.counters.tinyallocs += 1;
      return { addr: open.addr + offset, zeroed: false };
    }
  }

  const { addr } = takeObject(h, cache, TINY_SIZE_CLASS);
  h.host.clear(addr, TINY_SIZE);
  if (open === null || size < open.offset) cache.tiny = { addr, offset: size };
  return { addr, zeroed: true };
}

/** What the offset of a tiny object of `size` bytes is a multiple of. */
function tinyAlignment(size: number): number {
  return [8, 4, 2].find((bytes) => size % bytes === 0) ?? 1;
}

/** Allocates an object in a span of its size class (*Small*). */
function mallocSmall(h: Mheap, cache: Cache, { size, needzero }: Request): MallocResult {
  const { span, addr } = takeObject(h, cache, sizeClassOf(size));
  const zeroed = needzero && span.needzero !== 0;
  if (zeroed) h.host.clear(addr, span.elemsize);
  return { addr, zeroed };
}

/** Takes the first free object of a cache's current span of a size class, and of another span where that is full. */
function takeObject(h: Mheap, cache: Cache, sizeclass: number): { span: Span; addr: number } {
  let span = cache.alloc[sizeclass] ?? refill(h, cache, sizeclass);
  let index = nextFreeIndex(span);
  if (index === span.nelems) {
    span = refill(h, cache, sizeclass);
    index = nextFreeIndex(span);
  }
  span.allocCount += 1;
  if (h.marking) markObject(h, span, index);
  return { span, addr: addressOf(span, index) };
}

/**
 * Allocates a span for one object (*Large*).
 *
 * @throws FatalError where there is no memory.
 */
function mallocLarge(h: Mheap, { size, needzero }: Request): MallocResult {
  const npages = Math.ceil(size / PAGE_SIZE);
  deductSweepCredit(h, npages * PAGE_SIZE, npages);
  const allocated = alloc(h, { npages, sizeclass: 0, large: true, needzero });
  if (allocated === null) throw new FatalError(FATAL.outOfMemory);

  const { span, zeroed } = allocated;
  span.limit = span.base + size;
  startObjects(h, span);
  span.freeindex = 1;
  span.allocCount = 1;
  if (h.marking) markObject(h, span, 0);
  return { addr: span.base, zeroed };
}
