import { LAYOUT } from '../optimized/pages/layout.js';
import type { Fault } from './fault.js';
import { inParts } from './in-parts.js';

const { NIL, NPAGES, SWEEPGEN } = LAYOUT;

const allocatesLargeUnmarked: Fault = {
  name: 'allocates-large-unmarked',
  part: 'marking',
  what: 'does not mark large objects that are allocated while it marks',
  plant: inParts(({ allocator, pages: { cycle } }) => {
    const mallocLarge = allocator['mallocLarge'].bind(allocator);
    allocator['mallocLarge'] = (cache, size, needzero, scan) => {
      const { marking } = cycle;
      cycle.marking = false;
      try {
        return mallocLarge(cache, size, needzero, scan);
      } finally {
        cycle.marking = marking;
      }
    };
  }),
};

const neverReusesArenas: Fault = {
  name: 'never-reuses-arenas',
  part: 'mark bits',
  what: 'takes a new arena for mark bits although one is kept for reuse',
  plant: inParts(({ objects: { arenas } }) => {
    const fill = arenas.fill.bind(arenas);
    arenas.fill = (bytes) => {
      const kept = arenas.free;
      fill(bytes);
      arenas.free = kept;
    };
  }),
};

const reclaimSkipsExactLength: Fault = {
  name: 'reclaim-skips-exact-length',
  part: 'reclaiming',
  what: 'overlooks dead large objects of exactly as many pages as are wanted',
  plant: inParts(({ source }) => {
    const reclaimList = source['reclaimList'].bind(source);
    source['reclaimList'] = (length, npages, cache) =>
      length === npages ? 0 : reclaimList(length, npages, cache);
  }),
};

/** An allocation of a large object leaves as many pages as it takes to the sweep in front of it. */
const sweepsOwnPagesToo: Fault = {
  name: 'sweeps-own-pages-too',
  part: 'sweep credit',
  what: 'sweeps all that is owed before a large object, though the allocation itself will sweep some of it',
  plant: inParts(({ sweeper }) => {
    const deduct = sweeper.deduct.bind(sweeper);
    sweeper.deduct = (bytes, _leave, cache) => deduct(bytes, 0, cache);
  }),
};

/** A lost update: the count was read before the claim, and is written after it. */
const claimLosesSweptPages: Fault = {
  name: 'claim-loses-swept-pages',
  part: 'interleaving',
  what: 'does not count the pages that others sweep while it has claimed a span',
  plant: inParts(({ pages: { cycle, records }, sweeper }) => {
    const sweepClaimed = sweeper.sweepClaimed.bind(sweeper);
    sweeper.sweepClaimed = (s, preserve, cache) => {
      const swept = cycle.pagesSwept + records.words[s + NPAGES];
      const isFreed = sweepClaimed(s, preserve, cache);
      cycle.pagesSwept = swept;
      return isFreed;
    };
  }),
};

/** Who looks for a span passes over those that are being swept. */
const centralStopsAtClaimed: Fault = {
  name: 'central-stops-at-claimed',
  part: 'interleaving',
  what: 'takes a central list for used up whose first span is being swept',
  plant: inParts(({ central, pages: { cycle, lists, records } }) => {
    central['firstToTake'] = (list) => {
      const first = lists.first(records.words, list);
      return records.words[first + SWEEPGEN] === cycle.sweepgen - 1 ? NIL : first;
    };
  }),
};

/** As if a span were swept as soon as it does not need sweeping. */
const reclaimStopsAtClaimed: Fault = {
  name: 'reclaim-stops-at-claimed',
  part: 'interleaving',
  what: 'takes a busy list for swept whose first span is only being swept',
  plant: inParts(({ pages, source }) => {
    const { cycle, lists, records } = pages;
    const reclaimList = source['reclaimList'].bind(source);
    source['reclaimList'] = (length, npages, cache) => {
      const first = lists.first(records.words, pages.busyList(length));
      const isClaimed = first !== NIL && records.words[first + SWEEPGEN] === cycle.sweepgen - 1;
      return isClaimed ? 0 : reclaimList(length, npages, cache);
    };
  }),
};

/** Faults of the collector. */
export const FAULTS_IN_COLLECTOR: readonly Fault[] = [
  allocatesLargeUnmarked,
  neverReusesArenas,
  reclaimSkipsExactLength,
  sweepsOwnPagesToo,
  claimLosesSweptPages,
  centralStopsAtClaimed,
  reclaimStopsAtClaimed,
];
