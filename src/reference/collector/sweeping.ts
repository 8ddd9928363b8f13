import { FATAL, FatalError } from '../../spec/index.js';
import { insert, moveToBack, remove } from '../lists.js';
import { sweptStack, unsweptStack } from '../mheap.js';
import type { Mheap } from '../mheap.js';
import { currentCache } from '../objects/current-cache.js';
import { newMarkBits } from '../objects/mark-bit-arenas.js';
import { firstFree } from '../objects/slots.js';
import { free } from '../pages/freeing.js';
import type { Span, SpanList } from '../span.js';
import { sweepSpecials } from './sweeping-specials.js';

/** The statement that a span needs sweeping (`mheap.go:231`). */
export function isUnswept(h: Mheap, span: Span): boolean {
  return span.sweepgen === h.sweepgen - 2;
}

/** The statement that a span was claimed for sweeping, which has not come to its end (`mheap.go:232`). */
export function isBeingSwept(h: Mheap, span: Span): boolean {
  return span.sweepgen === h.sweepgen - 1;
}

/** How a span is swept. */
export interface Sweeping {
  /** Whether it stays in its list, and out of the heap's hands, even where no object of it lives. */
  readonly preserve: boolean;
  /** The list to whose back it is moved before. */
  readonly toBackOf?: SpanList;
}

/**
 * Claims a span and sweeps it; says whether it went back to the heap. When it is claimed and in its place, but not yet
 * swept, the host may run other operations.
 */
export function claimAndSweep(h: Mheap, span: Span, how: Sweeping): boolean {
  span.sweepgen = h.sweepgen - 1;
  if (how.toBackOf !== undefined) moveToBack(h, span, how.toBackOf);
  h.host.spanClaimed(span.base);
  return sweep(h, span, how.preserve);
}

/**
 * Sweeps the next span that needs it, and gives the pages that went back to the heap; -1 where nothing is left to sweep
 * ("Sweep one").
 *
 * @throws FatalError where it finds a span that was freed without having been swept.
 */
export function sweepone(h: Mheap): number {
  for (;;) {
    const span = unsweptStack(h).pop();
    if (span === undefined) {
      h.sweepdone = true;
      return -1;
    }
    if (span.state !== 'inuse' && span.sweepgen !== h.sweepgen) throw new FatalError(FATAL.sweepNotInUse);
    if (span.state === 'inuse' && isUnswept(h, span)) {
      const { npages } = span;
      return claimAndSweep(h, span, { preserve: false }) ? npages : 0;
    }
  }
}

/** Sweeps a span if it needs it ("Ensure swept"). Who would have to wait for one that is being swept is refused before. */
export function ensureSwept(h: Mheap, span: Span): void {
  if (isUnswept(h, span)) claimAndSweep(h, span, { preserve: false });
}

/**
 * Frees the objects of a span that are not marked; says whether the span went back to the heap ("Sweeping a span").
 *
 * @throws FatalError where it was not claimed, never held objects, or has more marks than objects.
 */
export function sweep(h: Mheap, span: Span, preserve: boolean): boolean {
  if (span.state !== 'inuse' || !isBeingSwept(h, span)) throw new FatalError(FATAL.sweepBadState);
  if (span.nelems === 0) throw new FatalError(FATAL.sweepWithoutObjects);
  h.counters.pagesSwept += span.npages;
  sweepSpecials(h, span);

  const marked = span.gcmarkBits.filter((mark) => mark).length;
  const freed = span.allocCount - marked;
  if (freed < 0) throw new FatalError(FATAL.sweepIncreasedCount);
  const wasEmpty = firstFree(span) === span.nelems;
  span.allocCount = marked;
  span.freeindex = 0;
  span.allocBits = span.gcmarkBits;
  span.gcmarkBits = newMarkBits(h, span.nelems);

  span.sweepgen = h.sweepgen;

  const gone = freed > 0 && giveBack(h, span, { freed, wasEmpty, preserve });
  if (!gone) sweptStack(h).push(span);
  return gone;
}

/** What sweeping found out of a span some of whose objects it freed. */
interface Swept {
  readonly freed: number;
  /** Whether no object of it was free before. */
  readonly wasEmpty: boolean;
  readonly preserve: boolean;
}

/**
 * Counts what was freed, and gives the span back to the heap if nothing lives in it; says whether it did ("Sweeping a
 * span", 7; "Free after sweeping").
 *
 * @throws FatalError where it is the current span of a cache.
 */
function giveBack(h: Mheap, span: Span, { freed, wasEmpty, preserve }: Swept): boolean {
  const cache = currentCache(h);
  span.needzero = 1;
  if (span.sizeclass === 0) {
    free(h, span, 1);
    cache.counters.nlargefree += 1;
    cache.counters.largefree += span.elemsize;
    return true;
  }

  cache.nsmallfree[span.sizeclass] += freed;
  if (span.incache) throw new FatalError(FATAL.freeCachedSpan);
  if (preserve) return false;
  const { nonempty, empty } = h.central[span.sizeclass];
  if (wasEmpty) {
    remove(span, empty);
    insert(h, span, nonempty);
  }
  if (span.allocCount > 0) return false;
  remove(span, nonempty);
  free(h, span, 0);
  return true;
}
