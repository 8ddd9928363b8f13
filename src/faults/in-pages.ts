import { LAYOUT, LONGEST_INDEXED } from '../optimized/pages/layout.js';
import type { Fault } from './fault.js';
import { inParts } from './in-parts.js';

const { FLAGS, FREE, LEFT, NEEDZERO, NIL, NO_PAGE, NPAGES, NPRELEASED, RIGHT, START, STATE } = LAYOUT;

/** As if the search of a bitmap shifted by one too many at the last bit of a word. */
const overlooksFitAtWordEdge: Fault = {
  name: 'overlooks-fit-at-word-edge',
  part: 'best fit',
  what: 'overlooks a free span that fits exactly where one of 31, 63, 95 … pages is wanted',
  plant: inParts(({ pages: { freeSpans } }) => {
    const leastLength = freeSpans.leastLength.bind(freeSpans);
    freeSpans.leastLength = (words, npages) => leastLength(words, npages % 32 === 31 ? npages + 1 : npages);
  }),
};

/** As if the way down the tree of a length ended where nothing is below a node, before that node was compared. */
const missesLowestLeaf: Fault = {
  name: 'misses-lowest-leaf',
  part: 'large spans',
  what: 'of several long free spans of one length does not always take the lowest one',
  plant: inParts(({ pages: { freeSpans } }) => {
    const { large } = freeSpans;
    const takeLowest = large.takeLowest.bind(large);
    large.takeLowest = (words, length) => {
      if (length > LONGEST_INDEXED) return takeLowest(words, length);
      const below = (s: number): number => words[s + LEFT] || words[s + RIGHT];
      let lowest = large.roots[length];
      for (let s = lowest; below(s) !== NIL; s = below(s)) {
        if (words[s + START] < words[lowest + START]) lowest = s;
      }
      large.remove(words, lowest);
      return lowest;
    };
  }),
};

const coalescingDropsReleased: Fault = {
  name: 'coalescing-drops-released',
  part: 'coalescing',
  what: 'forgets which pages of a free span are released when the span in front of it is freed',
  plant: inParts(({ pages }) => {
    const { records, table } = pages;
    const free = pages.free.bind(pages);
    pages.free = (s, acct) => {
      const { words } = records;
      const behind = table.entries[words[s + START] + words[s + NPAGES]];
      const dropped = (words[behind + FLAGS] & STATE) === FREE ? words[behind + NPRELEASED] : 0;
      free(s, acct);
      words[s + NPRELEASED] -= dropped;
    };
  }),
};

/** The line that is missing is `mheap.go:725`, or was done too late. */
const splitRenewsAge: Fault = {
  name: 'split-renews-age',
  part: 'splitting',
  what: 'takes the rest of a free span that it has split for one that became free only now',
  plant: inParts(({ pages }) => {
    const { host, records, table } = pages;
    const alloc = pages.alloc.bind(pages);
    pages.alloc = (npages, flags, large) => {
      const s = alloc(npages, flags, large);
      const rest = s === NIL ? NIL : table.entries[records.words[s + START] + npages];
      // What is free behind a new span is the rest of what it was cut from.
      if ((records.words[rest + FLAGS] & STATE) === FREE) records.setUnusedSince(rest, host.nanotime());
      return s;
    };
  }),
};

/** The runtime looks for a long span only, once it has grown (`mheap.go:680`). */
const growthTakesShort: Fault = {
  name: 'growth-takes-short',
  part: 'growth',
  what: 'takes a short free span right after the arena grew, where the runtime finds no memory',
  plant: inParts(({ pages }) => {
    pages['growFor'] = (npages) =>
      pages['grow'](npages) ? pages.freeSpans.leastLength(pages.records.words, npages) : 0;
  }),
};

const countsReleasedTwice: Fault = {
  name: 'counts-released-twice',
  part: 'scavenging',
  what: 'counts all released pages of a span anew where only some of them were not released before',
  plant: inParts(({ pages, scavenger }) => {
    const releaseSpan = scavenger['releaseSpan'].bind(scavenger);
    scavenger['releaseSpan'] = (s) => {
      const before = pages.records.words[s + NPRELEASED];
      const released = releaseSpan(s);
      return released === 0 ? 0 : released + before;
    };
  }),
};

const scavengesAtLimit: Fault = {
  name: 'scavenges-at-limit',
  part: 'scavenging',
  what: 'releases spans that have been free for exactly the limit, too',
  plant: inParts(({ scavenger }) => {
    const scavenge = scavenger.scavenge.bind(scavenger);
    scavenger.scavenge = (limit) => scavenge(limit - 1);
  }),
};

const reuseCountsOwnPages: Fault = {
  name: 'reuse-counts-own-pages',
  part: 'statistics',
  what: 'lowers heap_released by no more than the pages handed out, though all of the span are mapped again',
  plant: inParts(({ pages }) => {
    const alloc = pages.alloc.bind(pages);
    pages.alloc = (npages, flags, large) => {
      const before = pages.pagesReleased;
      const s = alloc(npages, flags, large);
      pages.pagesReleased = Math.max(pages.pagesReleased, before - npages);
      return s;
    };
  }),
};

/** As if the pages were counted after the span had been freed. */
const stackCountsUnited: Fault = {
  name: 'stack-counts-united',
  part: 'stacks',
  what: 'takes off stacks_inuse, when it frees a span of stacks, the pages of its free neighbours too',
  plant: inParts(({ pages }) => {
    pages.freeStack = (s) => {
      const { words } = pages.records;
      words[s + FLAGS] |= NEEDZERO;
      pages.free(s, 0);
      pages.pagesOfStacks -= words[s + NPAGES];
    };
  }),
};

/** Released pages come back zeroed, but there may be others in the span. */
const releasedCountsAsClean: Fault = {
  name: 'released-counts-as-clean',
  part: 'zeroing',
  what: 'takes a span for clean of which only a part was released',
  plant: inParts(({ pages }) => {
    const alloc = pages.alloc.bind(pages);
    pages.alloc = (npages, flags, large) => {
      const before = pages.pagesReleased;
      const s = alloc(npages, flags, large);
      if (pages.pagesReleased < before) pages.records.words[s + FLAGS] &= ~NEEDZERO;
      return s;
    };
  }),
};

/** The table is right for the ends of a span alone; between them it may name whatever was there before. */
const trustsStaleEntry: Fault = {
  name: 'trusts-stale-entry',
  part: 'queries',
  what: 'takes an entry in the midst of a span for right as long as the record that it names is in use',
  plant: inParts(({ pages: { records, table } }) => {
    const containing = table.containing.bind(table);
    table.containing = (page) => {
      const s = table.entries[page];
      return s !== NIL && records.words[s + START] !== NO_PAGE ? s : containing(page);
    };
  }),
};

/** Faults of the page heap. */
export const FAULTS_IN_PAGES: readonly Fault[] = [
  overlooksFitAtWordEdge,
  missesLowestLeaf,
  coalescingDropsReleased,
  splitRenewsAge,
  growthTakesShort,
  countsReleasedTwice,
  scavengesAtLimit,
  reuseCountsOwnPages,
  stackCountsUnited,
  releasedCountsAsClean,
  trustsStaleEntry,
];
