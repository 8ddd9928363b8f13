import { example } from './example.js';

/** Growth by exactly what is asked for; spans from 2 pages on are large. */
const EXACT = 'config growRound=8192 heapAllocChunk=8192 maxHeapList=2';

/** Three free spans, from the left, each parted from the next, in an arena with room for some 2^20 pages. */
function threeFree(first: number, second: number, third: number): string {
  const spans = [first, second, third].map((npages, i) => `s${i + 1} = alloc ${npages}; alloc 2`);
  return `${EXACT} arenaPages=8388608; ${spans.join('; ')}; free s1; free s2; free s3`;
}

/** Programs that reach the shapes of allocation and of memory that is used again. */
export const ALLOCATION_EXAMPLES = {
  'allocation/exact-fit': example(
    's1 = alloc 3; alloc 1; free s1; alloc 3',
    's1 = alloc 3; alloc 1; free s1; alloc 2',
  ),
  'allocation/newest-of-several': example(
    's1 = alloc 2; alloc 1; s2 = alloc 2; alloc 1; free s1; free s2; alloc 2',
    's1 = alloc 2; alloc 1; s2 = alloc 3; alloc 1; free s1; free s2; alloc 2',
  ),
  'allocation/climbs': example('alloc 120; alloc 7', 'alloc 120; alloc 8'),
  'allocation/climbs-far': example('alloc 100; alloc 12', 'alloc 100; alloc 13'),
  'allocation/longest-list': example('alloc 1; alloc 1', 'alloc 2; alloc 1'),
  'allocation/falls-through': example(
    's1 = alloc 128; free s1; alloc 127',
    's1 = alloc 128; free s1; alloc 128',
  ),
  'allocation/large-exact-fit': example(
    's1 = alloc 136; free s1; alloc 136',
    's1 = alloc 136; free s1; alloc 135',
  ),
  'allocation/best-fit-of-three': example(
    `${EXACT}; s1 = alloc 5; alloc 2; s2 = alloc 7; alloc 2; s3 = alloc 6; alloc 2; free s1; free s2; free s3; alloc 5`,
    `${EXACT}; s1 = alloc 5; alloc 2; s2 = alloc 7; alloc 2; s3 = alloc 6; alloc 2; free s1; free s2; free s3; alloc 6`,
  ),
  'allocation/best-fit-tie': example(
    `${EXACT}; s1 = alloc 5; alloc 2; s2 = alloc 5; alloc 2; free s1; free s2; alloc 4`,
    `${EXACT}; s1 = alloc 5; alloc 2; s2 = alloc 6; alloc 2; free s1; free s2; alloc 4`,
  ),
  'allocation/best-fit-passes-shorter': example(
    `${EXACT}; s1 = alloc 3; alloc 2; s2 = alloc 5; alloc 2; free s1; free s2; alloc 4`,
    `${EXACT}; s1 = alloc 3; alloc 2; s2 = alloc 5; alloc 2; free s1; free s2; alloc 3`,
  ),
  'allocation/giant-best-fit': example(
    `${threeFree(2 ** 20 + 1, 2 ** 20, 2 ** 20 - 1)}; alloc ${2 ** 20}`,
    `${threeFree(2 ** 20, 2 ** 20, 2 ** 20 - 1)}; alloc ${2 ** 20}`,
  ),
  'allocation/giant-tie': example(
    `${threeFree(2 ** 20 + 1, 2 ** 20 + 1, 2 ** 20 - 1)}; alloc ${2 ** 20}`,
    `${threeFree(2 ** 20 + 1, 2 ** 20 + 2, 2 ** 20 - 1)}; alloc ${2 ** 20}`,
  ),
  'allocation/split-leaves-one': example('alloc 127', 'alloc 126'),
  'allocation/split-leaves-more': example('alloc 126', 'alloc 127'),
  'allocation/large-leaves-short': example('alloc 1', 'alloc 128'),
  'allocation/large-leaves-large': example(
    `${EXACT}; s1 = alloc 5; free s1; alloc 3`,
    `${EXACT}; s1 = alloc 5; free s1; alloc 4`,
  ),
  'allocation/leaves-longest-short': example('alloc 1', 'alloc 2'),
  'allocation/leaves-shortest-large': example(
    `${EXACT}; s1 = alloc 6; free s1; alloc 4`,
    `${EXACT}; s1 = alloc 6; free s1; alloc 3`,
  ),
  'allocation/below-the-bound': example('alloc 127', 'alloc 128'),
  'allocation/at-the-bound': example('alloc 128', 'alloc 129'),
  'allocation/above-the-bound': example('alloc 129', 'alloc 127'),
  'allocation/last-page': example('config arenaPages=128; alloc 128', 'config arenaPages=128; alloc 127'),
  'allocation/arena-full': example(
    'config arenaPages=128; alloc 127; alloc 1',
    'config arenaPages=136; alloc 127; alloc 1',
  ),

  'contents/busy-list': example('alloc 127 large', 'alloc 128 large'),
  'contents/busy-list-of-several': example('alloc 5 large; alloc 5 large', 'alloc 5 large; alloc 6 large'),
  'contents/busy-large': example('alloc 128 large', 'alloc 127 large'),
  'contents/large-with-class': example('alloc 1 class 5 large', 'alloc 1 class 5'),
  'contents/no-class-not-large': example('alloc 1', 'alloc 1 large'),
  'contents/other-pages-than-class': example('alloc 2 class 5', 'alloc 1 class 5'),
  'contents/no-room-for-one': example('alloc 3 class 66', 'alloc 4 class 66'),

  'released/reused-whole': example(
    's1 = alloc 128; free s1; freeOSMemory; alloc 128',
    's1 = alloc 128; free s1; freeOSMemory; alloc 127',
  ),
  'released/reused-split': example(
    's1 = alloc 128; free s1; freeOSMemory; alloc 127',
    's1 = alloc 128; free s1; alloc 127',
  ),
  'released/reused-partly-released': example(
    's1 = alloc 64; s2 = alloc 64; free s1; freeOSMemory; free s2; alloc 128',
    's1 = alloc 64; s2 = alloc 64; free s1; free s2; freeOSMemory; alloc 128',
  ),

  'zeroing/cleared': example(
    's1 = alloc 128; free s1 dirty; alloc 128 needzero',
    's1 = alloc 128; free s1; alloc 128 needzero',
  ),
  'zeroing/clean': example(
    's1 = alloc 128; free s1; alloc 128 needzero',
    's1 = alloc 128; free s1 dirty; alloc 128 needzero',
  ),
  'zeroing/not-asked': example(
    's1 = alloc 128; free s1 dirty; alloc 128',
    's1 = alloc 128; free s1; alloc 128',
  ),
  'zeroing/dirty-remainder': example(
    's1 = alloc 128; free s1 dirty; alloc 64; alloc 64 needzero',
    's1 = alloc 128; free s1 dirty; alloc 64 needzero',
  ),
  'zeroing/dirty-by-merge': example(
    's1 = alloc 64; free s1 dirty; alloc 128 needzero',
    's1 = alloc 128; free s1 dirty; alloc 128 needzero',
  ),
  'zeroing/after-stack': example(
    's1 = allocStack 1; s2 = alloc 127; freeStack s1; free s2; alloc 128 needzero',
    's1 = allocStack 1; s2 = alloc 127; freeStack s1; free s2; allocStack 128',
  ),
};
