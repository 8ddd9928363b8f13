import { example } from './example.js';

/** Programs that reach the shapes of growth. */
export const GROWTH_EXAMPLES = {
  'growth/first': example('alloc 1', 'alloc 65537'),
  'growth/after-live-span': example('alloc 128; alloc 1', 'alloc 127; alloc 2'),
  'growth/joins-tail': example('alloc 127; alloc 2', 'alloc 128; alloc 2'),
  'growth/joins-released-tail': example('alloc 127; freeOSMemory; alloc 2', 'alloc 127; alloc 2'),
  'growth/for-stack': example('alloc 128; allocStack 1', 'alloc 1; allocStack 1'),
  'growth/chunk': example('alloc 120', 'alloc 121'),
  'growth/above-chunk': example('alloc 129', 'alloc 128'),
  'growth/rounded': example('alloc 135', 'alloc 136'),
  'growth/unsplit': example('alloc 136', 'alloc 127; alloc 136'),
  'growth/to-the-end': example('config arenaPages=128; alloc 1', 'config arenaPages=129; alloc 1'),
  'growth/fallback-no-room': example('config arenaPages=127; alloc 1', 'config arenaPages=128; alloc 1'),
  'growth/fallback-refused': example('host seed=1 refusals=0.5; alloc 1', 'host seed=1; alloc 1'),
  'growth/in-vain': example('config arenaPages=127; alloc 1', 'config arenaPages=128; alloc 1'),
  'growth/in-vain-then-found': example(
    'config arenaPages=127; alloc 1; alloc 8',
    'config arenaPages=127; alloc 1; alloc 9',
  ),
  'growth/out-of-memory': example('config arenaPages=15; alloc 9', 'config arenaPages=16; alloc 9'),
  'growth/out-of-memory-fragmented': example(
    'config arenaPages=128; s1 = alloc 32; alloc 32; s2 = alloc 32; alloc 32; free s1; free s2; alloc 64',
    'config arenaPages=128; s1 = alloc 32; alloc 32; s2 = alloc 32; alloc 32; free s1; free s2; alloc 65',
  ),
  'growth/beyond-the-arena': example('config arenaPages=8; alloc 9', 'config arenaPages=15; alloc 9'),
  'growth/refused': example('host refusals=1; alloc 1', 'config arenaPages=7; alloc 1'),
  'growth/recovered': example(
    'config arenaPages=128; s1 = alloc 128; alloc 2; free s1; alloc 2',
    'config arenaPages=128; s1 = alloc 128; alloc 2; free s1; alloc 1',
  ),
  'growth/table-extended': example('alloc 1', 'alloc 65537'),
  'growth/table-long-enough': example('alloc 128; alloc 384', 'alloc 128; alloc 385'),
  'records/made': example('alloc 128', 'alloc 65537'),
  'records/reused': example('s1 = alloc 1; free s1; alloc 1', 's1 = alloc 1; alloc 1; free s1; alloc 1'),
  // A full chunk of spans of one page has a record for each page.
  'records/table-moved': example(allocations(64 * 128 + 1), allocations(64 * 128)),
  'records/table-moved-again': example(allocations(96 * 128 + 1), allocations(96 * 128)),
};

function allocations(count: number): string {
  return 'alloc 1; '.repeat(count);
}
