import type { CacheCounter, State, StatisticName } from '../../spec/index.js';
import type { Accounts } from '../objects/accounts.js';
import type { Invariant, StateView } from './invariant.js';
import { objectSpans } from './object-states.js';

/** What the caches have counted and not yet given to the heap. */
function keptBack({ mcache }: State, counter: CacheCounter): number {
  let total = 0;
  for (const cache of mcache) total += cache?.counters[counter] ?? 0;
  return total;
}

/** An invariant that a counter, with what caches keep back of it, is what the operations say. */
function addsUp(
  name: string,
  statistic: StatisticName,
  counter: CacheCounter,
  why: string,
  value: (accounts: Accounts) => number,
): Invariant {
  return {
    name,
    why,
    check: ({ state, statistics, objects }) => {
      // What hangs on a record unseen may keep alive what should have been freed.
      if (objects === undefined || objects.stray) return null;
      const expected = value(objects.accounts);
      const actual = statistics[statistic] + keptBack(state, counter);
      return actual === expected
        ? null
        : `${statistic} and what caches keep back are ${actual}, the operations so far say ${expected}`;
    },
  };
}

function smallFrees({ state, objects }: StateView): string | null {
  if (objects === undefined || objects.stray) return null;
  for (const [sizeclass, expected] of objects.accounts.smallFrees.entries()) {
    let actual = state.nsmallfree[sizeclass] ?? 0;
    for (const cache of state.mcache) actual += cache?.nsmallfree[sizeclass] ?? 0;
    if (actual !== expected) {
      return `${actual} objects of class ${sizeclass} are counted as freed, the operations so far say ${expected}`;
    }
  }
  return null;
}

function heapLive({ state, statistics: { heap_live }, objects }: StateView): string | null {
  if (objects === undefined || objects.stray) return null;
  let least = objects.accounts.live;
  for (const span of objectSpans(state)) {
    if (span.incache) least += (span.nelems - span.allocCount) * span.elemsize;
  }
  const most = least + objects.accounts.mostWaste;
  if (heap_live >= least && heap_live <= most) return null;
  return `heap_live is ${heap_live}, the operations so far say ${least}${most > least ? ` to ${most}` : ''}`;
}

function heapObjects({ statistics: { heap_objects }, objects }: StateView): string | null {
  if (objects === undefined || objects.stray) return null;
  const { largeObjects } = objects.accounts;
  return heap_objects === largeObjects
    ? null
    : `heap_objects is ${heap_objects}, the operations so far say ${largeObjects}`;
}

/** What holds of the counters that objects move: each adds up with the operations so far. */
export const COUNTER_INVARIANTS: readonly Invariant[] = [
  {
    name: 'counters.heap-live',
    why: 'It is what the last cycle marked and what came since, with the free slots of cached spans, and for each span that a cache took what lies behind its last object.',
    check: heapLive,
  },
  {
    name: 'counters.heap-objects',
    why: 'It counts large objects alone: up as they are allocated (mheap.go:589), down as they are freed (mheap.go:844).',
    check: heapObjects,
  },
  {
    name: 'counters.small-frees',
    why: 'Sweeping counts each small object that it frees, by class, in the cache that it works for (mheap.go:87).',
    check: smallFrees,
  },
  addsUp(
    'counters.large-frees',
    'nlargefree',
    'nlargefree',
    'Sweeping counts each large object that it frees (mheap.go:86).',
    ({ largeFrees }) => largeFrees,
  ),
  addsUp(
    'counters.large-freed-bytes',
    'largefree',
    'largefree',
    'Sweeping counts the bytes of each large object that it frees (mheap.go:85).',
    ({ largeFreedBytes }) => largeFreedBytes,
  ),
  addsUp(
    'counters.tiny-allocs',
    'tinyallocs',
    'tinyallocs',
    'It counts the tiny objects that were placed in open blocks; each cache tells them when it comes to the heap (mheap.go:559).',
    ({ tinyParts }) => tinyParts,
  ),
  addsUp(
    'counters.heap-scan',
    'heap_scan',
    'scan',
    'It counts the bytes that can hold pointers of all objects; each cache tells them when it comes to the heap (mheap.go:557).',
    ({ scannable }) => scannable,
  ),
  addsUp(
    'counters.lookups',
    'nlookup',
    'nlookup',
    'It counts address queries, one each, and one for each finalizer that was added while marking (mheap.go:354).',
    ({ lookups }) => lookups,
  ),
];
