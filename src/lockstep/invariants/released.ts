import { PAGE_SIZE, type FreeSpanState, type HeapConfig, type State } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';

function freeSpans(state: State): FreeSpanState[] {
  return state.spans.filter((span) => span.state === 'free');
}

/** Heap pages of the whole physical pages inside a span; where those are no larger than heap pages, all its pages. */
function releasablePages(span: FreeSpanState, config: HeapConfig): number {
  if (config.physPageSize <= PAGE_SIZE) return span.npages;
  // Arenas begin on a multiple of every physical page size, so offsets round like addresses.
  const first = Math.ceil(span.base / config.physPageSize);
  const end = Math.floor((span.base + span.npages * PAGE_SIZE) / config.physPageSize);
  return Math.max(0, end - first) * (config.physPageSize / PAGE_SIZE);
}

function releasedSum({ state, statistics: { heap_released } }: StateView): string | null {
  const bytes = freeSpans(state).reduce((total, span) => total + span.npreleased * PAGE_SIZE, 0);
  return heap_released === bytes ? null : `heap_released is ${heap_released}, the free spans say ${bytes}`;
}

function atMostIdle({ statistics: { heap_released, heap_idle } }: StateView): string | null {
  return heap_released <= heap_idle
    ? null
    : `heap_released ${heap_released} is more than heap_idle ${heap_idle}`;
}

function atMostSpan({ state }: StateView): string | null {
  const wrong = freeSpans(state).find(({ npreleased, npages }) => !(npreleased >= 0 && npreleased <= npages));
  return wrong ? `span @${wrong.base} of ${wrong.npages} pages has released ${wrong.npreleased}` : null;
}

function wholePhysicalPages({ config, state }: StateView): string | null {
  const unit = Math.max(1, config.physPageSize / PAGE_SIZE);
  for (const span of freeSpans(state)) {
    const most = releasablePages(span, config);
    if (span.npreleased % unit !== 0) {
      return `span @${span.base} has released ${span.npreleased} pages, physical pages have ${unit}`;
    }
    if (span.npreleased > most) {
      return `span @${span.base} has released ${span.npreleased} pages, only ${most} are whole physical ones`;
    }
  }
  return null;
}

/** What holds of memory that was given back to the operating system (`scavengelist`, `mheap.go:950`). */
export const RELEASED_INVARIANTS: readonly Invariant[] = [
  {
    name: 'released.sum',
    why: 'heap_released counts the released pages of all free spans: scavenging adds what is new (mheap.go:980), allocating takes off all (mheap.go:701), merging adds both sides.',
    check: releasedSum,
  },
  {
    name: 'released.at-most-idle',
    why: 'Only idle memory is ever released, so consumed memory (heap_sys - heap_released) covers all that is in use.',
    check: atMostIdle,
  },
  {
    name: 'released.at-most-span',
    why: 'A span cannot have released more pages than it has, nor fewer than none.',
    check: atMostSpan,
  },
  {
    name: 'released.whole-physical-pages',
    why: 'The operating system releases whole physical pages (mheap.go:960), so what is released, also by the parts of a merged span, is a number of them that fits inside the span.',
    check: wholePhysicalPages,
  },
];
