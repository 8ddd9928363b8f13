import { CLASS_TO_SIZE, PAGE_SIZE, type SpanState, type State } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';

/** Finds the first span that is wrong and says how. */
function eachSpan(
  state: State,
  wrong: (span: SpanState, next: SpanState | undefined) => string | null,
): string | null {
  const { spans } = state;
  for (let i = 0; i < spans.length; i++) {
    const problem = wrong(spans[i], i + 1 < spans.length ? spans[i + 1] : undefined);
    if (problem !== null) return `span @${spans[i].base} ${problem}`;
  }
  return null;
}

function tileArena({ state, statistics }: StateView): string | null {
  let end = 0;
  for (const { base, npages } of state.spans) {
    if (base !== end) return `span @${base} should begin where the one before it ends, at ${end}`;
    if (!Number.isSafeInteger(npages) || npages < 1) return `span @${base} has ${npages} pages`;
    end += npages * PAGE_SIZE;
  }
  return end === statistics.arenaUsed
    ? null
    : `the last span ends at ${end}, the arena at ${statistics.arenaUsed}`;
}

function withinReservation({ config, statistics }: StateView): string | null {
  const reserved = config.arenaPages * PAGE_SIZE;
  if (statistics.arenaUsed <= reserved) return null;
  return `${statistics.arenaUsed} bytes of the arena are in use, of ${reserved} reserved`;
}

function noAdjacentFree({ state }: StateView): string | null {
  return eachSpan(state, (span, next) =>
    span.state === 'free' && next?.state === 'free' ? `and the next one, @${next.base}, are both free` : null,
  );
}

function elementSize({ state }: StateView): string | null {
  return eachSpan(state, (span) => {
    if (span.state !== 'inuse') return null;
    if (!(span.sizeclass >= 0 && span.sizeclass < CLASS_TO_SIZE.length)) {
      return `has size class ${span.sizeclass}`;
    }
    const size = span.sizeclass === 0 ? span.npages * PAGE_SIZE : CLASS_TO_SIZE[span.sizeclass];
    return span.elemsize === size ? null : `has elements of ${span.elemsize} bytes instead of ${size}`;
  });
}

function objectsFit({ state }: StateView): string | null {
  return eachSpan(state, (span) => {
    if (span.state !== 'inuse') return null;
    const room = Math.floor((span.npages * PAGE_SIZE) / span.elemsize);
    return span.allocCount >= 0 && span.allocCount <= room
      ? null
      : `holds ${span.allocCount} objects, in room for ${room}`;
  });
}

function needzeroIsFlag({ state }: StateView): string | null {
  return eachSpan(state, ({ needzero }) =>
    needzero === 0 || needzero === 1 ? null : `has needzero ${needzero}`,
  );
}

function unusedSince({ state }: StateView): string | null {
  return eachSpan(state, (span) => {
    if (span.state !== 'free' || (span.unusedsince >= 1 && span.unusedsince <= state.clock)) return null;
    return `is unused since ${span.unusedsince}, and the clock says ${state.clock}`;
  });
}

function sweepGeneration({ state, statistics }: StateView): string | null {
  return eachSpan(state, (span) => {
    if (span.state !== 'inuse' || span.sweepgen === 0) return null;
    if (span.sweepgen === -2 && statistics.sweepdone === 0) return null;
    return `has sweepgen ${span.sweepgen}, with sweepdone ${statistics.sweepdone}`;
  });
}

function onSweepStack({ state }: StateView): string | null {
  const { swept, unswept } = state.sweepStacks;
  const stacked = new Set([...swept, ...unswept]);
  const missing = eachSpan(state, (span) =>
    span.state === 'inuse' && !stacked.delete(span.base) ? 'is in use, but on no sweep stack' : null,
  );
  if (missing !== null) return missing;
  for (const base of stacked) return `@${base} is on a sweep stack, but no span in use`;
  return null;
}

/** What holds of the spans themselves (`mheap.go:115` to `252`). */
export const SPAN_INVARIANTS: readonly Invariant[] = [
  {
    name: 'spans.tile-arena',
    why: 'Every page below arena_used belongs to exactly one span: a gap would be lost memory, an overlap would be given out twice.',
    check: tileArena,
  },
  {
    name: 'spans.within-reservation',
    why: 'The arena grows inside one reserved range of addresses and can never be longer than that.',
    check: withinReservation,
  },
  {
    name: 'spans.no-adjacent-free',
    why: 'A freed span merges with free neighbours at once (mheap.go:903), so two free spans never touch.',
    check: noAdjacentFree,
  },
  {
    name: 'spans.element-size',
    why: 'The element size follows from the size class, or is the whole span where there is none (mheap.go:570); address queries divide by it.',
    check: elementSize,
  },
  {
    name: 'spans.objects-fit',
    why: 'A span holds no more objects than there is room for; one that holds any must not be freed (mheap.go:875).',
    check: objectsFit,
  },
  {
    name: 'spans.needzero-is-flag',
    why: 'needzero says whether the memory may be dirty: 0 or 1, merged by bitwise or (mheap.go:911).',
    check: needzeroIsFlag,
  },
  {
    name: 'spans.unused-since',
    why: 'A free span remembers when it became free, or inherits that from the span it was split off (mheap.go:719, 897): never 0, never in the future.',
    check: unusedSince,
  },
  {
    name: 'spans.sweep-generation',
    why: 'Between two operations a span is swept, or waits for it while sweeping is not done; an unswept one must not be freed (mheap.go:875).',
    check: sweepGeneration,
  },
  {
    name: 'spans.on-sweep-stack',
    why: 'Every in-use span was pushed on a sweep stack when it was allocated (mheap.go:567), and nothing else is: what is not on one would never be swept.',
    check: onSweepStack,
  },
];
