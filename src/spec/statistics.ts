/** The names of all statistics, in the order in which traces list them. */
export const STATISTIC_NAMES = [
  'heap_inuse',
  'heap_idle',
  'heap_released',
  'heap_sys',
  'stacks_inuse',
  'heap_objects',
  'heap_live',
  'heap_scan',
  'tinyallocs',
  'nlookup',
  'pagesInUse',
  'pagesSwept',
  'spanBytesAlloc',
  'sweepgen',
  'sweepdone',
  'largefree',
  'nlargefree',
  'allspans',
  'spansInUse',
  'cachesInUse',
  'finalizersInUse',
  'profilesInUse',
  'spansMapped',
  'arenaUsed',
] as const;

/** The name of one statistic. */
export type StatisticName = (typeof STATISTIC_NAMES)[number];

/**
 * The counters of a heap, under the runtime's names: `heap_inuse`, `heap_idle`, `heap_released`, `heap_sys`,
 * `stacks_inuse`, `heap_live`, `heap_scan`, `largefree`, `spanBytesAlloc` and `arenaUsed` in bytes; `pagesInUse`
 * and `pagesSwept` in pages of 8192 bytes; `spansMapped` in entries of the span table; the others are counts.
 * Where the runtime's unsigned counter would wrap below zero, the value here is negative, so that it stays exact.
 */
export type Statistics = Record<StatisticName, number>;

/** The statistics of a heap that has not yet done anything, but that `procs` caches exist. */
export function initialStatistics(procs: number): Statistics {
  const zeros = Object.fromEntries(STATISTIC_NAMES.map((name) => [name, 0])) as Statistics;
  return { ...zeros, sweepdone: 1, cachesInUse: procs };
}
