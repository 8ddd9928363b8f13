import { FIRST_ALLSPANS_CAPACITY, PAGE_SIZE } from '../../spec/index.js';
import type { Statistics } from '../../spec/index.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';
import type { Picture } from './picture.js';

/** How the arena grows for an allocation, or fails to (`mheap.go:763`). */
const GROWTH = shapes('growth', {
  first: 'The arena grows for the first time.',
  'after-live-span': 'The arena grows behind a span in use.',
  'joins-tail': 'Fresh memory merges with a free span at the end of the arena.',
  'joins-released-tail': 'Fresh memory merges with a tail of which pages were released.',
  'for-stack': 'The arena grows for a stack.',
  chunk: 'One chunk is more than the request needs, and is mapped.',
  'above-chunk': 'The request needs more than one chunk.',
  rounded: 'What is mapped is the request, rounded up to the unit of growth.',
  unsplit: 'The arena grows by exactly the span that is asked for, and nothing is left over.',
  'to-the-end': 'The arena grows to the last page that it may have.',
  'fallback-no-room': 'A chunk would pass the end of the arena, and only what is needed is mapped.',
  'fallback-refused': 'The operating system refuses a chunk and grants what is needed.',
  'in-vain': 'The arena grows, and yet the allocation fails, since the new span is a short one.',
  'in-vain-then-found': 'The next request after growth in vain gets the span that it left.',
  'out-of-memory': 'The arena may not grow by as much as is needed.',
  'out-of-memory-fragmented': 'Out of memory, although more pages are free in all than are asked for.',
  'beyond-the-arena': 'A request is larger than all of the arena may be.',
  refused: 'The operating system refuses all that is asked of it, although the arena has room.',
  recovered: 'After a failure, a request succeeds that is no smaller than the one that failed.',
  'table-extended': 'The span table is extended for a larger arena.',
  'table-long-enough': 'The arena grows within what the span table has room for already.',
});

/** Where the records of spans come from (`mheap.go:267`, `mheap.go:404`). */
const RECORDS = shapes(
  'records',
  {
    made: 'A record is made, as none is free.',
    reused: 'A free record is used again.',
    'table-moved': 'The record table is full and moves to a larger one.',
    'table-moved-again': 'The record table moves for the second time.',
  },
  ['table-moved', 'table-moved-again'],
);

/** All shapes of growth, of the arena and of the tables. */
export const GROWTH_SHAPES = [...GROWTH, ...RECORDS];

type GrowthShape = (typeof GROWTH)[number]['name'];
type RecordShape = (typeof RECORDS)[number]['name'];

/** The pages that a request makes the heap ask the operating system for: at least, and at first. */
function wantedPages(picture: Picture, npages: number): { readonly least: number; readonly first: number } {
  const { growRound, heapAllocChunk } = picture.config;
  const least = Math.ceil((npages * PAGE_SIZE) / growRound) * (growRound / PAGE_SIZE);
  return { least, first: Math.max(least, heapAllocChunk / PAGE_SIZE) };
}

/** Counts that the arena grows by `mapped` pages for a request of `npages`, before the picture has them. */
export function countGrowth(
  tally: Tally<GrowthShape>,
  picture: Picture,
  npages: number,
  mapped: number,
): void {
  const { least, first } = wantedPages(picture, npages);
  const room = picture.config.arenaPages - picture.end;
  const { tail } = picture;
  if (tail === null) tally.count('growth/first');
  else if (tail.use !== 'free') tally.count('growth/after-live-span');
  else tally.count('growth/joins-tail');
  if (tail !== null && tail.npreleased > 0) tally.count('growth/joins-released-tail');

  if (mapped > least) tally.count('growth/chunk');
  if (mapped === least && least > npages) tally.count('growth/rounded');
  if (mapped === least && first > least) {
    tally.count(first > room ? 'growth/fallback-no-room' : 'growth/fallback-refused');
  }
  if (mapped > picture.config.heapAllocChunk / PAGE_SIZE) tally.count('growth/above-chunk');
  if (mapped === room) tally.count('growth/to-the-end');
  if (mapped === npages && tail?.use !== 'free') tally.count('growth/unsplit');
}

/** Counts that a request of `npages` fails, and the arena has not grown. */
export function countFailure(tally: Tally<GrowthShape>, picture: Picture, npages: number): void {
  if (picture.end + wantedPages(picture, npages).least <= picture.config.arenaPages) {
    tally.count('growth/refused');
    return;
  }
  tally.count('growth/out-of-memory');
  if (npages > picture.config.arenaPages) tally.count('growth/beyond-the-arena');
  if (picture.freePages >= npages) tally.count('growth/out-of-memory-fragmented');
}

/** Counts what an allocation that took `taken` records did to the tables. */
export function countTables(
  tally: Tally<GrowthShape | RecordShape>,
  taken: number,
  grew: boolean,
  before: Pick<Statistics, 'allspans' | 'spansMapped'>,
  after: Statistics,
): void {
  if (grew) {
    const extended = after.spansMapped > before.spansMapped;
    tally.count(extended ? 'growth/table-extended' : 'growth/table-long-enough');
  }
  const made = after.allspans - before.allspans;
  if (made > 0) tally.count('records/made');
  if (taken > made) tally.count('records/reused');
  if (passes(FIRST_ALLSPANS_CAPACITY)) tally.count('records/table-moved');
  if (passes((FIRST_ALLSPANS_CAPACITY * 3) / 2)) tally.count('records/table-moved-again');

  function passes(capacity: number): boolean {
    return before.allspans <= capacity && after.allspans > capacity;
  }
}
