import { ACCOUNTING_INVARIANTS } from './accounting.js';
import { brokenInvariants, type BrokenInvariant, type Invariant, type StateView } from './invariant.js';
import { BIT_INVARIANTS } from './bits.js';
import { CACHE_INVARIANTS } from './caches.js';
import { CENTRAL_INVARIANTS } from './central.js';
import { COUNTER_INVARIANTS } from './counters.js';
import { OBJECT_INVARIANTS } from './objects.js';
import { SWEEPING_INVARIANTS } from './sweeping.js';
import { LIST_INVARIANTS } from './lists.js';
import { QUERY_INVARIANTS } from './queries.js';
import { RELEASED_INVARIANTS } from './released.js';
import { SPAN_INVARIANTS } from './spans.js';
import { SPECIAL_INVARIANTS } from './specials.js';
import { STEP_INVARIANTS } from './steps.js';

export type { BrokenInvariant, Invariant, StateView } from './invariant.js';

/**
 * All that is true of every heap between two operations.
 *
 * Three things that the specification promises are no part of a state, since no heap need keep them at all: that
 * lists are linked both ways, that the span table is right at the ends of free spans and in every entry of others,
 * and that `allspans` has each record once. A heap that keeps such structures checks them itself in its `audit()`,
 * which lockstep calls wherever it checks invariants; from outside they show in `queries.agree-with-tiling`, in
 * `spans.no-adjacent-free` (merging looks at the table's ends) and in `accounting.allspans`.
 */
export const INVARIANTS: readonly Invariant[] = [
  ...SPAN_INVARIANTS,
  ...LIST_INVARIANTS,
  ...ACCOUNTING_INVARIANTS,
  ...RELEASED_INVARIANTS,
  ...SPECIAL_INVARIANTS,
  ...OBJECT_INVARIANTS,
  ...BIT_INVARIANTS,
  ...CENTRAL_INVARIANTS,
  ...CACHE_INVARIANTS,
  ...SWEEPING_INVARIANTS,
  ...COUNTER_INVARIANTS,
  ...STEP_INVARIANTS,
  ...QUERY_INVARIANTS,
];

/** Checks invariants, by default all of them, and gives those that are broken. */
export function checkInvariants(
  view: StateView,
  invariants: readonly Invariant[] = INVARIANTS,
): BrokenInvariant[] {
  return brokenInvariants(view, invariants);
}
