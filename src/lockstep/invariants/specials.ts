import { KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE, PAGE_SIZE } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';
import { eachObjectSpan } from './object-states.js';

/** The highest offset that a special record keeps whole. */
const MOST_OFFSET = 0xffff;

function wellFormed({ state }: StateView): string | null {
  for (const span of state.spans) {
    if (span.state !== 'inuse') continue;
    for (const [offset, kind] of span.specials ?? []) {
      const known = kind === KIND_SPECIAL_FINALIZER || kind === KIND_SPECIAL_PROFILE;
      if (!known || !Number.isInteger(offset) || offset < 0 || offset > MOST_OFFSET) {
        return `span @${span.base} has a special record of kind ${kind} at offset ${offset}`;
      }
    }
  }
  return null;
}

function sorted({ state, objects }: StateView): string | null {
  // A span may have the records of an earlier life of its own record, which was longer.
  if (objects === undefined || objects.stray) return null;
  for (const span of state.spans) {
    if (span.state !== 'inuse') continue;
    // Of an offset that does not fit, the whole is compared and a part kept: those come behind all others.
    if (span.npages * PAGE_SIZE > MOST_OFFSET + 1) continue;
    const specials = span.specials ?? [];
    const wrong = specials.findIndex(([offset, kind], i) => {
      if (i === 0) return false;
      const [before, kindBefore] = specials[i - 1];
      return offset < before || (offset === before && kind <= kindBefore);
    });
    if (wrong >= 0) {
      const [offset, kind] = specials[wrong];
      return `span @${span.base} has the special record of kind ${kind} at offset ${offset} behind one that belongs behind it`;
    }
  }
  return null;
}

function insideObjects({ state, objects }: StateView): string | null {
  // A record of a span without objects may come to light behind the last object of a later one.
  if (objects?.stray === true) return null;
  return eachObjectSpan(state, ({ nelems, elemsize, specials = [] }) => {
    const outside = specials.find(([offset]) => offset >= nelems * elemsize);
    return outside ? `has a special record at offset ${outside[0]}, behind its last object` : null;
  });
}

/** What holds of special records (`mheap.go:1106` to `1317`). */
export const SPECIAL_INVARIANTS: readonly Invariant[] = [
  {
    name: 'specials.well-formed',
    why: 'A special record is a finalizer or a profile, at an offset that is kept in 16 bits (mheap.go:1118).',
    check: wellFormed,
  },
  {
    name: 'specials.sorted',
    why: 'Special records are ordered by offset and kind, and no place has two of a kind (mheap.go:1146), but where a span is longer than 16 bits of offset can tell.',
    check: sorted,
  },
  {
    name: 'specials.inside-objects',
    why: 'A special record belongs to an object of its span, which is marked or not when the span is swept.',
    check: insideObjects,
  },
];
