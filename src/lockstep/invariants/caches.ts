import { TINY_SIZE, TINY_SIZE_CLASS, type CacheState, type State } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';
import { eachObjectSpan, isAllocated, objectSpans, type ObjectSpanState } from './object-states.js';

/** The caches that there are, with their numbers. */
function caches({ mcache }: State): [p: number, cache: CacheState][] {
  return mcache.flatMap((cache, p): [number, CacheState][] => (cache === null ? [] : [[p, cache]]));
}

function spansByBase(state: State): Map<number, ObjectSpanState> {
  return new Map(objectSpans(state).map((span) => [span.base, span]));
}

function currentSpans({ state }: StateView): string | null {
  const rest = new Map([...spansByBase(state)].filter(([, { incache }]) => incache));
  for (const [p, { alloc }] of caches(state)) {
    for (const [key, base] of Object.entries(alloc)) {
      const span = rest.get(base);
      if (span?.sizeclass !== Number(key)) {
        return `cache ${p} has @${base} for class ${key}, which is no cached span of that class, or another cache's`;
      }
      if (span.sweepgen !== 0) return `cache ${p} has the span @${base}, which is not swept`;
      rest.delete(base);
    }
  }
  for (const [base] of rest) return `span @${base} says that it is cached, and is no cache's`;
  return null;
}

function cachedHoldObjects({ state }: StateView): string | null {
  return eachObjectSpan(state, ({ incache, allocCount }) =>
    incache && allocCount === 0 ? 'is cached and holds no object' : null,
  );
}

function tinyBlock({ state }: StateView): string | null {
  const spans = objectSpans(state);
  for (const [p, { tiny, tinyoffset }] of caches(state)) {
    if (tiny === undefined && tinyoffset === undefined) continue;
    const block = spans.find(({ base, limit }) => Number(tiny) >= base && Number(tiny) < limit);
    const slot = (Number(tiny) - Number(block?.base)) / TINY_SIZE;
    if (block?.sizeclass !== TINY_SIZE_CLASS || !Number.isInteger(slot) || !isAllocated(block, slot)) {
      return `cache ${p} has the tiny block @${String(tiny)}, which is no live object of 16 bytes`;
    }
    if (!(Number(tinyoffset) >= 1 && Number(tinyoffset) <= TINY_SIZE)) {
      return `cache ${p} has used ${String(tinyoffset)} bytes of its tiny block`;
    }
  }
  return null;
}

function tinyBlocksApart({ state }: StateView): string | null {
  const owners = new Map<number, number>();
  for (const [p, { tiny }] of caches(state)) {
    if (tiny === undefined) continue;
    const other = owners.get(tiny);
    if (other !== undefined) return `caches ${other} and ${p} share the tiny block @${tiny}`;
    owners.set(tiny, p);
  }
  return null;
}

function counters({ state }: StateView): string | null {
  for (const [p, cache] of caches(state)) {
    const all = { ...cache.counters, ...cache.nsmallfree };
    for (const [name, value] of Object.entries(all)) {
      if (!(Number.isSafeInteger(value) && value > 0)) {
        return `cache ${p} counts ${String(value)} for ${name}`;
      }
    }
  }
  return null;
}

/** What holds of the caches of size-class spans. */
export const CACHE_INVARIANTS: readonly Invariant[] = [
  {
    name: 'caches.current-spans',
    why: 'A span that is cached is the current span of exactly one cache, for its own class, and was swept before it was taken: two caches would give out the same object.',
    check: currentSpans,
  },
  {
    name: 'caches.hold-objects',
    why: 'A cache takes a span in order to allocate from it at once, and giving back one without an object is fatal.',
    check: cachedHoldObjects,
  },
  {
    name: 'caches.tiny-block',
    why: 'The open block of tiny objects is itself a live object of 16 bytes, some of which are taken.',
    check: tinyBlock,
  },
  {
    name: 'caches.tiny-blocks-apart',
    why: 'A block of tiny objects is open in one cache only, else two tiny objects would lie on the same bytes.',
    check: tinyBlocksApart,
  },
  {
    name: 'caches.counters',
    why: 'A cache counts what it has not yet told the heap; a counter that is 0 is left out, and none falls below that.',
    check: counters,
  },
];
