import { CLASS_TO_PAGES, FATAL, FatalError, PAGE_SIZE } from '../../spec/index.js';
import { claimAndSweep, isBeingSwept, isUnswept } from '../collector/sweeping.js';
import { deductSweepCredit, reimburseSweepCredit } from '../collector/sweep-credit.js';
import { insert, insertBack, members, moveToBack, remove } from '../lists.js';
import type { Mheap } from '../mheap.js';
import { alloc } from '../pages/allocating.js';
import { bytesOf } from '../span.js';
import type { Span } from '../span.js';
import { firstFree, startObjects } from './slots.js';

/**
 * Gives a cache a span with free objects of a size class, or null where there is no memory ("Cache a span"). All free
 * objects of it count as live from now on.
 *
 * @throws FatalError where the span that was found has no room.
 */
export function cacheSpan(h: Mheap, sizeclass: number): Span | null {
  deductSweepCredit(h, CLASS_TO_PAGES[sizeclass] * PAGE_SIZE, 0);
  const span = findSpan(h, sizeclass) ?? growCentral(h, sizeclass);
  if (span === null) return null;
  if (span.allocCount === span.nelems || span.freeindex === span.nelems) {
    throw new FatalError(FATAL.noFreeObjects);
  }

  const used = span.allocCount * span.elemsize;
  if (used > 0) reimburseSweepCredit(h, used);
  h.counters.heap_live += bytesOf(span) - used;
  span.incache = true;
  return span;
}

/**
 * Moves a span with free objects to the back of `empty`: the first one of `nonempty`, or the first one of `empty` to
 * have some after sweeping; null where neither is found ("Cache a span", 2 and 3). Spans that are being swept are
 * passed over. A swept span in `empty` ends the search: those behind it are taken to be swept too.
 */
function findSpan(h: Mheap, sizeclass: number): Span | null {
  const { nonempty, empty } = h.central[sizeclass];
  for (;;) {
    const withRoom = members(h, nonempty).find((span) => !isBeingSwept(h, span));
    if (withRoom !== undefined) {
      if (isUnswept(h, withRoom)) claimAndSweep(h, withRoom, { preserve: true, toBackOf: empty });
      else moveToBack(h, withRoom, empty);
      return withRoom;
    }

    const full = members(h, empty).find((span) => !isBeingSwept(h, span));
    if (full === undefined || !isUnswept(h, full)) return null;
    claimAndSweep(h, full, { preserve: true, toBackOf: empty });
    full.freeindex = firstFree(full);
    if (full.freeindex !== full.nelems) return full;
  }
}

/** Puts a new span at the back of `empty`, or gives null where there is no memory ("Cache a span", 4). */
function growCentral(h: Mheap, sizeclass: number): Span | null {
  const npages = CLASS_TO_PAGES[sizeclass];
  const allocated = alloc(h, { npages, sizeclass, large: false, needzero: true });
  if (allocated === null) return null;
  const { span } = allocated;
  startObjects(h, span);
  insertBack(h, span, h.central[sizeclass].empty);
  return span;
}

/**
 * Takes a span back from a cache, into `nonempty` where it has free objects; these no longer count as live ("Uncache").
 *
 * @throws FatalError where nothing was allocated in it.
 */
export function uncacheSpan(h: Mheap, span: Span): void {
  span.incache = false;
  if (span.allocCount === 0) throw new FatalError(FATAL.uncacheEmpty);
  if (span.allocCount === span.nelems) return;
  const { nonempty, empty } = h.central[span.sizeclass];
  remove(span, empty);
  insert(h, span, nonempty);
  h.counters.heap_live -= (span.nelems - span.allocCount) * span.elemsize;
}
