import type { Bases, ByNumber, CacheState, SpanState, State } from '../spec/index.js';
import { listOrder } from './lists.js';
import { sweptStack, unsweptStack } from './page-heap.js';
import type { Cache, PageHeap } from './page-heap.js';
import type { ListName, Span } from './span.js';

/** The whole observable heap, as plain data (README of `golden/`, "A state"). */
export function state(h: PageHeap): State {
  return {
    spans: h.spans.map((span) => spanState(h, span)),
    free: listsByLength(h, 'free'),
    freelarge: list(h, 'freelarge').sort((a, b) => a - b),
    busy: listsByLength(h, 'busy'),
    busylarge: list(h, 'busylarge'),
    central: {},
    mcache: h.caches.map(cacheState),
    sweepStacks: {
      swept: fromTheTop(sweptStack(h)),
      unswept: fromTheTop(unsweptStack(h).filter((span) => span.sweepgen === h.sweepgen - 2)),
    },
    gcBitsArenas: { free: 0, next: [], current: [], previous: [] },
    nsmallfree: {},
    clock: h.host.nanotime(),
    marking: false,
    sweepPagesPerByte: 0,
  };
}

function spanState(h: PageHeap, span: Span): SpanState {
  const { base, npages, needzero, npreleased, unusedsince, sizeclass, elemsize, allocCount, specials } = span;
  if (span.state === 'free') return { state: 'free', base, npages, needzero, npreleased, unusedsince };
  if (span.state === 'stack') return { state: 'stack', base, npages, needzero };
  return {
    state: 'inuse',
    base,
    npages,
    needzero,
    sizeclass,
    elemsize,
    allocCount,
    sweepgen: span.sweepgen - h.sweepgen,
    ...(specials.length > 0 ? { specials: specials.map((special) => [special.offset, special.kind]) } : {}),
  };
}

/** The bases of a list's members, in list order. */
function list(h: PageHeap, name: ListName): number[] {
  return h.spans
    .filter((span) => span.place?.list === name)
    .sort(listOrder)
    .map((span) => span.base);
}

/** The lists of one kind that have members, by the page count of these. */
function listsByLength(h: PageHeap, kind: 'free' | 'busy'): ByNumber<Bases> {
  const lists: Record<number, number[]> = {};
  const members = h.spans.filter((span) => span.place?.list === `${kind}[${span.npages}]`);
  for (const span of members.sort(listOrder)) (lists[span.npages] ??= []).push(span.base);
  return lists;
}

/** A sweep stack without the entries that have gone stale. */
function fromTheTop(stack: readonly Span[]): number[] {
  return stack
    .filter((span) => span.state === 'inuse')
    .map((span) => span.base)
    .reverse();
}

function cacheState(cache: Cache): CacheState {
  return { alloc: {}, counters: cache.nlookup === 0 ? {} : { nlookup: cache.nlookup }, nsmallfree: {} };
}
