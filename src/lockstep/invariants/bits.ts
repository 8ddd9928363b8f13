import { GC_BITS_CHUNK_BYTES, GC_BITS_HEADER_BYTES, type State } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';
import {
  anyBit,
  bitAt,
  eachObjectSpan,
  isAllocated,
  objectSpans,
  type ObjectSpanState,
} from './object-states.js';

/** Slots of a window of the allocation cache. */
const WINDOW = 64;

/** Bytes of an arena of mark bits that bits can fill. */
const ARENA_BYTES = GC_BITS_CHUNK_BYTES - GC_BITS_HEADER_BYTES;

/** Bytes of the longest bits that a span of small objects can have: one of 8192 bytes, in objects of 8. */
const LONGEST_BITS = 128;

/** Bytes of a span's mark bits, which are whole words of 64. */
function bytesOfBits({ nelems }: ObjectSpanState): number {
  return Math.ceil(nelems / 64) * 8;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

function wellFormed({ state }: StateView): string | null {
  return eachObjectSpan(state, ({ nelems, allocBits, gcmarkBits }) => {
    for (const [name, bits] of Object.entries({ allocBits, gcmarkBits })) {
      if (!/^(?:[0-9a-f]{2})*$/.test(bits) || bits.length !== 2 * Math.ceil(nelems / 8)) {
        return `has ${name} that are not ${nelems} bits in whole bytes`;
      }
      for (let bit = nelems; bit < bits.length * 4; bit++) {
        if (bitAt(bits, bit)) return `has bit ${bit} of ${name} set, of ${nelems}`;
      }
    }
    return null;
  });
}

/** The slots from `freeindex` to the end of its window that are free, as the low and the high 32 bits. */
function freeInWindow(span: ObjectSpanState): [low: number, high: number] {
  const { freeindex, nelems } = span;
  const end = Math.min(nelems, (Math.floor(freeindex / WINDOW) + 1) * WINDOW);
  const halves: [number, number] = [0, 0];
  for (let slot = freeindex; slot < end; slot++) {
    const bit = slot - freeindex;
    if (!bitAt(span.allocBits, slot)) halves[bit >> 5] += 2 ** (bit & 31);
  }
  return halves;
}

function allocCache({ state }: StateView): string | null {
  return eachObjectSpan(state, (span) => {
    if (span.sizeclass === 0) {
      return span.allocCache === undefined ? null : 'has an allocCache, though it holds a large object';
    }
    const [low, high] = freeInWindow(span);
    const cache = span.allocCache;
    if (cache?.[0] === low && cache[1] === high) return null;
    return `has the allocCache [${String(cache)}], its allocBits from ${span.freeindex} on say [${low},${high}]`;
  });
}

function marksClear({ state }: StateView): string | null {
  if (state.marking) return null;
  return eachObjectSpan(state, ({ sweepgen, gcmarkBits }) =>
    sweepgen === 0 && anyBit(gcmarkBits) ? 'is swept and still has marks' : null,
  );
}

function marksOnObjects({ state, objects }: StateView): string | null {
  // A finalizer may have been attached where no object is.
  if (objects?.stray === true) return null;
  return eachObjectSpan(state, (span) => {
    if (!anyBit(span.gcmarkBits)) return null;
    for (let slot = 0; slot < span.nelems; slot++) {
      if (bitAt(span.gcmarkBits, slot) && !isAllocated(span, slot)) {
        return `has a mark on slot ${slot}, which is free`;
      }
    }
    return null;
  });
}

function bytesMarked({ state }: StateView): string | null {
  if (!state.marking) {
    return state.bytesMarked === undefined ? null : 'bytesMarked is there outside of marking';
  }
  let bytes = 0;
  for (const span of objectSpans(state)) {
    for (let slot = 0; slot < span.nelems; slot++) if (bitAt(span.gcmarkBits, slot)) bytes += span.elemsize;
  }
  return state.bytesMarked === bytes
    ? null
    : `bytesMarked is ${String(state.bytesMarked)}, the marks say ${bytes}`;
}

function arenasInOrder({ state: { gcBitsArenas } }: StateView): string | null {
  for (const generation of ['next', 'current', 'previous'] as const) {
    const fills = gcBitsArenas[generation];
    const wrong = fills.findIndex(
      (fill, i) =>
        !(fill > 0 && fill <= ARENA_BYTES && fill % 8 === 0) || (i > 0 && fill + LONGEST_BITS <= ARENA_BYTES),
    );
    if (wrong >= 0) {
      return `arena ${wrong} of ${generation} is filled with ${fills[wrong]} bytes of ${ARENA_BYTES}`;
    }
  }
  return null;
}

function arenasHoldAll({ state, statistics }: StateView): string | null {
  const { next, current, previous } = state.gcBitsArenas;
  const spans = objectSpans(state);
  const all = 2 * sum(spans.map(bytesOfBits));
  const filled = sum(next) + sum(current) + sum(previous);
  if (filled < all) return `the bits of all spans take ${all} bytes, the arenas are filled with ${filled}`;
  if (state.marking || statistics.sweepgen === 0) return null;
  const fresh = sum(spans.filter(({ sweepgen }) => sweepgen === 0).map(bytesOfBits));
  return sum(next) >= fresh
    ? null
    : `the marks of swept spans take ${fresh} bytes, the next arenas are filled with ${sum(next)}`;
}

function arenasKept({ state, before }: StateView): string | null {
  if (before === undefined) return null;
  const [old, now] = [countArenas(before.state), countArenas(state)];
  return now >= old ? null : `there were ${old} arenas, and now there are ${now}`;
}

function countArenas({ gcBitsArenas: { free, next, current, previous } }: State): number {
  return free + next.length + current.length + previous.length;
}

/** What holds of allocation bits, mark bits and the arenas that they lie in (`mheap.go:1319` to `1432`). */
export const BIT_INVARIANTS: readonly Invariant[] = [
  {
    name: 'bits.well-formed',
    why: 'A span has a bit for each object and none behind the last: what lies there is never read.',
    check: wellFormed,
  },
  {
    name: 'bits.alloc-cache',
    why: 'allocCache is the complement of allocBits from freeindex to the end of its window of 64 slots: the next object is found by counting its zeros.',
    check: allocCache,
  },
  {
    name: 'bits.marks-clear',
    why: 'Sweeping gives a span fresh mark bits, and only marking sets any, so a swept span has none outside of marking.',
    check: marksClear,
  },
  {
    name: 'bits.marks-on-objects',
    why: 'Only live objects are marked: a mark on a free slot would keep what was never allocated.',
    check: marksOnObjects,
  },
  {
    name: 'bits.bytes-marked',
    why: 'Each object that gets its mark adds its size to the bytes that the cycle has marked, and heap_live becomes that.',
    check: bytesMarked,
  },
  {
    name: 'bits.arenas-in-order',
    why: 'Bits are whole words of 64, and another arena is begun only where the newest has no room for them (mheap.go:1349).',
    check: arenasInOrder,
  },
  {
    name: 'bits.arenas-hold-all',
    why: 'No word is shared by two spans, so the arenas are filled with at least the bits of all of them, and the next ones with the marks of all that were swept since.',
    check: arenasHoldAll,
  },
  {
    name: 'bits.arenas-kept',
    why: 'An arena is never given back: it goes from next to current, to previous, and to the free ones (mheap.go:1390).',
    check: arenasKept,
  },
];
