import { CLASS_TO_PAGES } from '../../spec/index.js';
import type { AllocOperation } from '../../spec/index.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';
import type { Picture } from './picture.js';
import { GIANT_PAGES } from './span.js';
import type { Span } from './span.js';

/** Empty lists that count as many. */
const FAR = 16;

/** Which free span an allocation takes, and what it leaves of it (`mheap.go:661` to `757`). */
const PLACES = shapes('allocation', {
  'exact-fit': 'The list of the length asked for has a span.',
  'newest-of-several': 'The first of several spans in a free list is taken.',
  climbs: 'The list of the length asked for is empty, and a span of a longer list is taken.',
  'climbs-far': `At least ${FAR} lists are empty between the length asked for and the span taken.`,
  'longest-list': 'A span of the longest list is taken, one page short of a large span.',
  'falls-through': 'A short request finds no list that has a span, and is served by a large span.',
  'large-exact-fit': 'A large span is exactly as long as asked for.',
  'best-fit-of-three': 'At least three large spans are long enough, and the best fit is taken.',
  'best-fit-tie': 'Several large spans fit best, and the one at the lowest address is taken.',
  'best-fit-passes-shorter': 'A large span is passed over since it is too short for the request.',
  'giant-best-fit': 'A free span of 2^20 pages or more is taken, and longer ones are passed over.',
  'giant-tie':
    'Several free spans of 2^20 pages or more fit best, and the one at the lowest address is taken.',
  'split-leaves-one': 'A split leaves one page.',
  'split-leaves-more': 'A split leaves more than one page.',
  'large-leaves-short': 'The split of a large span leaves a short one.',
  'large-leaves-large': 'The split of a large span leaves a large one.',
  'leaves-longest-short': 'A split leaves a span of the longest list.',
  'leaves-shortest-large': 'A split leaves the shortest span that counts as large.',
  'below-the-bound': 'A span of the longest length that has a list of its own is allocated.',
  'at-the-bound': 'A span of the shortest length that counts as large is allocated.',
  'above-the-bound': 'A span one page longer than the shortest large one is allocated.',
  'last-page': 'The last page that the arena may have is allocated.',
  'arena-full': 'The arena is mapped to its end, and no page of it is left free.',
});

/** What an allocated heap span is to hold (`mheap.go:562` to `598`). */
const CONTENTS = shapes('contents', {
  'busy-list': 'A large object gets a span that goes to the busy list of its length.',
  'busy-list-of-several': 'A busy list gets one more span behind others.',
  'busy-large': 'A large object gets a span that goes to the busy list of large spans.',
  'large-with-class': 'A span is allocated for a large object and yet has a size class.',
  'no-class-not-large': 'A span is allocated without a size class, but not as a large object.',
  'other-pages-than-class': 'A span has a size class, and not the number of pages that the class has.',
  'no-room-for-one': 'A span is too short for a single object of its size class.',
});

/** All shapes of the allocation of a span. */
export const ALLOCATION_SHAPES = [...PLACES, ...CONTENTS];

type PlaceShape = (typeof PLACES)[number]['name'];
type ContentsShape = (typeof CONTENTS)[number]['name'];

/** Counts how `npages` are found in the free span `found`, before they are taken from it. */
export function countSearch(tally: Tally<PlaceShape>, picture: Picture, found: Span, npages: number): void {
  if (found.list === picture.free.large) countBestFit(tally, picture, found, npages);
  else countListSearch(tally, picture, found, npages);
}

function countListSearch(tally: Tally<PlaceShape>, picture: Picture, found: Span, npages: number): void {
  const climbed = found.npages - npages;
  tally.count(climbed === 0 ? 'allocation/exact-fit' : 'allocation/climbs');
  if (climbed >= FAR) tally.count('allocation/climbs-far');
  if (found.npages === picture.free.bound - 1) tally.count('allocation/longest-list');
  if (found.before === null && found.behind !== null) tally.count('allocation/newest-of-several');
}

function countBestFit(tally: Tally<PlaceShape>, picture: Picture, found: Span, npages: number): void {
  const lengths = picture.largeLengths;
  if (npages < picture.free.bound) tally.count('allocation/falls-through');
  if (found.npages === npages) tally.count('allocation/large-exact-fit');
  if (lengths.of(found.npages) > 1) tally.count('allocation/best-fit-tie');
  if (lengths.hasFrom(npages, 3)) tally.count('allocation/best-fit-of-three');
  if (found.npages >= GIANT_PAGES) {
    if (lengths.hasFrom(found.npages + 1, 1)) tally.count('allocation/giant-best-fit');
    if (lengths.of(found.npages) > 1) tally.count('allocation/giant-tie');
  }
  if (lengths.shortest() < npages) tally.count('allocation/best-fit-passes-shorter');
}

/** Counts how `npages` lie in the free span `found`, before they are taken from it. */
export function countPlacement(
  tally: Tally<PlaceShape>,
  picture: Picture,
  found: Span,
  npages: number,
): void {
  const { bound } = picture.free;
  if (npages === bound - 1) tally.count('allocation/below-the-bound');
  if (npages === bound) tally.count('allocation/at-the-bound');
  if (npages === bound + 1) tally.count('allocation/above-the-bound');

  const rest = found.npages - npages;
  if (rest > 0) countSplit(tally, found.npages, rest, bound);
  if (found.page + npages === picture.config.arenaPages) tally.count('allocation/last-page');
  const full = picture.freePages === npages && picture.end === picture.config.arenaPages;
  if (full) tally.count('allocation/arena-full');
}

function countSplit(tally: Tally<PlaceShape>, whole: number, rest: number, bound: number): void {
  tally.count(rest === 1 ? 'allocation/split-leaves-one' : 'allocation/split-leaves-more');
  if (rest === bound - 1) tally.count('allocation/leaves-longest-short');
  if (rest === bound) tally.count('allocation/leaves-shortest-large');
  if (whole < bound) return;
  tally.count(rest < bound ? 'allocation/large-leaves-short' : 'allocation/large-leaves-large');
}

/** Counts what a span that has just been allocated is to hold, before it goes to a busy list. */
export function countContents(
  tally: Tally<ContentsShape>,
  picture: Picture,
  span: Span,
  request: AllocOperation,
): void {
  const { large, sizeclass } = request;
  if (large) {
    const list = picture.busy.of(span.npages);
    tally.count(list === picture.busy.large ? 'contents/busy-large' : 'contents/busy-list');
    if (list.length > 0) tally.count('contents/busy-list-of-several');
  }
  if (sizeclass === 0) {
    if (!large) tally.count('contents/no-class-not-large');
    return;
  }
  if (large) tally.count('contents/large-with-class');
  if (span.npages !== CLASS_TO_PAGES[sizeclass]) tally.count('contents/other-pages-than-class');
  if (span.objectBytes === 0) tally.count('contents/no-room-for-one');
}
