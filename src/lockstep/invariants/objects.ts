import { PAGE_SIZE } from '../../spec/index.js';
import type { ObjectLedger } from '../objects/object-ledger.js';
import type { ObjectSpan } from '../objects/object-span.js';
import type { Invariant, StateView } from './invariant.js';
import {
  anyBit,
  bitAt,
  countSlots,
  eachObjectSpan,
  isAllocated,
  objectSpans,
  type ObjectSpanState,
} from './object-states.js';

function layout({ state }: StateView): string | null {
  return eachObjectSpan(state, ({ base, npages, sizeclass, elemsize, nelems, limit }) => {
    const end = base + npages * PAGE_SIZE;
    const room = Math.floor((end - base) / elemsize);
    if (nelems !== room) return `has room for ${nelems} objects instead of ${room}`;
    const limits =
      sizeclass === 0 ? limit > end - PAGE_SIZE && limit <= end : limit === base + nelems * elemsize;
    return limits ? null : `has its limit at ${limit}`;
  });
}

function freeindexInRange({ state }: StateView): string | null {
  return eachObjectSpan(state, ({ freeindex, nelems }) =>
    Number.isInteger(freeindex) && freeindex >= 0 && freeindex <= nelems
      ? null
      : `has freeindex ${freeindex}, of ${nelems} objects`,
  );
}

function counted({ state }: StateView): string | null {
  return eachObjectSpan(state, (span) => {
    const objects = countSlots(span, (slot) => isAllocated(span, slot));
    return span.allocCount === objects ? null : `counts ${span.allocCount} objects, its bits say ${objects}`;
  });
}

function spansHoldObjects({ state }: StateView): string | null {
  return eachObjectSpan(state, ({ allocCount }) => (allocCount > 0 ? null : 'is in use and holds no object'));
}

/** An invariant that each span is what the ledger says, where that follows it. */
function asTheLedgerSays(
  { state, objects }: StateView,
  wrong: (span: ObjectSpanState, known: ObjectSpan, ledger: ObjectLedger) => string | null,
): string | null {
  if (objects === undefined || objects.stray) return null;
  return eachObjectSpan(state, (span) => {
    const known = objects.spanFrom(span.base);
    return known === undefined ? null : wrong(span, known, objects);
  });
}

function sameSpans({ state, objects }: StateView): string | null {
  if (objects === undefined || objects.stray) return null;
  const missing = new Set<ObjectSpan>(objects.spans);
  for (const span of objectSpans(state)) {
    const known = objects.spanFrom(span.base);
    if (known === undefined) {
      return `span @${span.base} holds objects, and nothing that lives was allocated there`;
    }
    if (known.sizeclass !== span.sizeclass || known.npages !== span.npages) {
      return `span @${span.base} is of class ${span.sizeclass}, on ${span.npages} pages, instead of ${known.sizeclass} on ${known.npages}`;
    }
    missing.delete(known);
  }
  for (const { base } of missing) return `span @${base} is gone, and there are objects in it`;
  return null;
}

function sameObjects(view: StateView): string | null {
  return asTheLedgerSays(view, (span, known) => {
    for (let slot = 0; slot < span.nelems; slot++) {
      const lives = known.ids[slot] !== 0;
      if (isAllocated(span, slot) === lives) continue;
      return lives
        ? `has lost the object in slot ${slot}`
        : `keeps an object in slot ${slot}, where none lives`;
    }
    return null;
  });
}

function sameMarks(view: StateView): string | null {
  return asTheLedgerSays(view, (span, known) => {
    if (!anyBit(span.gcmarkBits) && !known.marks.includes(1)) return null;
    for (let slot = 0; slot < span.nelems; slot++) {
      const marked = known.marks[slot] !== 0;
      if (bitAt(span.gcmarkBits, slot) === marked) continue;
      return marked ? `has no mark on slot ${slot}` : `has a mark on slot ${slot}, which nobody set`;
    }
    return null;
  });
}

function sameSpecials(view: StateView): string | null {
  return asTheLedgerSays(view, (span, known) => {
    const actual = (span.specials ?? []).map((special) => special.join(':')).join(' ');
    const expected = known.specials.map(({ offset, kind }) => `${offset}:${kind}`).join(' ');
    return actual === expected
      ? null
      : `has the specials ${actual || 'none'} instead of ${expected || 'none'}`;
  });
}

function sweptAsClaimed(view: StateView): string | null {
  return asTheLedgerSays(view, (span, known, ledger) => {
    const unswept = ledger.isUnswept(known);
    return (span.sweepgen !== 0) === unswept
      ? null
      : `has sweepgen ${span.sweepgen}, and ${unswept ? 'was not claimed in this cycle' : 'was swept'}`;
  });
}

function placedApart({ objects }: StateView): string | null {
  return objects?.misplaced[0] ?? null;
}

function reported({ objects }: StateView): string | null {
  return objects?.misswept[0] ?? null;
}

/** What holds of the objects in spans (`mheap.go:157` to `196`). */
export const OBJECT_INVARIANTS: readonly Invariant[] = [
  {
    name: 'objects.layout',
    why: 'A span has as many slots as fit, and its limit lies behind the last object, where address queries end.',
    check: layout,
  },
  {
    name: 'objects.freeindex-in-range',
    why: 'The search for a free slot goes on from freeindex, which is at most the number of slots.',
    check: freeindexInRange,
  },
  {
    name: 'objects.counted',
    why: 'allocCount counts the slots before freeindex and those that were live when the span was swept last (mheap.go:164).',
    check: counted,
  },
  {
    name: 'objects.spans-hold-some',
    why: 'A span whose last object dies is given back by the sweep that finds it so, or taken by the cache that sweeps it.',
    check: spansHoldObjects,
  },
  {
    name: 'objects.placed-apart',
    why: 'An object is placed on bytes that no other one has: in a free slot of its size class, a free part of an open block, or a span of its own.',
    check: placedApart,
  },
  {
    name: 'objects.same-spans',
    why: 'Spans hold objects exactly where some were allocated that have not died: what is swept and empty is given back.',
    check: sameSpans,
  },
  {
    name: 'objects.same-objects',
    why: 'Nothing live is lost and nothing dead kept: once a span is swept, it holds what was marked, what finalizers revived, and what came since.',
    check: sameObjects,
  },
  {
    name: 'objects.same-marks',
    why: 'Exactly the objects are marked that the program marked, and those allocated while marking.',
    check: sameMarks,
  },
  {
    name: 'objects.same-specials',
    why: 'Each special record that was added hangs on its span until it is removed, queued or reported, in order of offset and kind (mheap.go:1146).',
    check: sameSpecials,
  },
  {
    name: 'objects.swept-as-claimed',
    why: 'A span is swept once in each cycle, after it was claimed for that.',
    check: sweptAsClaimed,
  },
  {
    name: 'objects.reported',
    why: 'Sweeping queues the finalizers of each object without a mark, and reports its profile where it dies, once and in order (mheap.go:1299).',
    check: reported,
  },
];
