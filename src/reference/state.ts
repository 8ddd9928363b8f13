import type {
  Bases,
  ByNumber,
  CacheState,
  CentralState,
  ObjectsState,
  SpanState,
  State,
} from '../spec/index.js';
import type { Cache } from './cache.js';
import { isUnswept } from './collector/sweeping.js';
import { members } from './lists.js';
import { sweptStack, unsweptStack } from './mheap.js';
import type { CentralLists, Mheap } from './mheap.js';
import type { Span, SpanList } from './span.js';

/** The whole observable heap, as plain data (README of `golden/`, "A state"). */
export function state(h: Mheap): State {
  const { free, next, current, previous } = h.gcBitsArenas;
  return {
    spans: h.spans.map((span) => spanState(h, span)),
    free: entries(h.free, (list) => nonEmpty(bases(h, list))),
    freelarge: bases(h, h.freelarge).sort((a, b) => a - b),
    busy: entries(h.busy, (list) => nonEmpty(bases(h, list))),
    busylarge: bases(h, h.busylarge),
    central: entries(h.central, (lists) => centralState(h, lists)),
    mcache: h.caches.map((cache) => (cache === null ? null : cacheState(cache))),
    sweepStacks: {
      swept: fromTheTop(sweptStack(h)),
      unswept: fromTheTop(unsweptStack(h).filter((span) => isUnswept(h, span))),
    },
    gcBitsArenas: { free, next: [...next], current: [...current], previous: [...previous] },
    nsmallfree: entries(h.nsmallfree, nonZero),
    clock: h.host.nanotime(),
    marking: h.marking,
    ...(h.marking ? { bytesMarked: h.bytesMarked } : {}),
    sweepPagesPerByte: h.sweepPagesPerByte,
  };
}

function spanState(h: Mheap, span: Span): SpanState {
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
    ...(span.nelems > 0 ? objectsState(span) : {}),
    ...(specials.length > 0 ? { specials: specials.map((special) => [special.offset, special.kind]) } : {}),
  };
}

function objectsState(span: Span): ObjectsState {
  const { limit, nelems, freeindex, incache, allocBits, gcmarkBits, sizeclass } = span;
  return {
    limit,
    nelems,
    freeindex,
    incache,
    allocBits: hexadecimal(allocBits),
    gcmarkBits: hexadecimal(gcmarkBits),
    ...(sizeclass === 0 ? {} : { allocCache: allocCache(span) }),
  };
}

/** Bits as bytes in hexadecimal, the first bit of a byte being its lowest. */
function hexadecimal(bits: readonly boolean[]): string {
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, i) =>
    numberOf(bits.slice(8 * i, 8 * i + 8)),
  );
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Which objects are free, from `freeindex` to the end of its window of 64, in two halves (`mheap.go:197`). */
function allocCache({ allocBits, freeindex }: Span): [low: number, high: number] {
  const window = allocBits.slice(freeindex, (Math.floor(freeindex / 64) + 1) * 64).map((bit) => !bit);
  return [numberOf(window.slice(0, 32)), numberOf(window.slice(32))];
}

/** The number whose binary digits are `bits`, the lowest one first. */
function numberOf(bits: readonly boolean[]): number {
  return bits.reduce((sum, bit, i) => sum + (bit ? 2 ** i : 0), 0);
}

/** A sweep stack without the entries that have gone stale. */
function fromTheTop(stack: readonly Span[]): number[] {
  return stack
    .filter((span) => span.state === 'inuse')
    .map((span) => span.base)
    .reverse();
}

function centralState(h: Mheap, lists: CentralLists): CentralState | undefined {
  const [nonempty, empty] = [bases(h, lists.nonempty), bases(h, lists.empty)];
  return nonempty.length + empty.length === 0 ? undefined : { nonempty, empty };
}

function cacheState(cache: Cache): CacheState {
  const { alloc, tiny, counters, nsmallfree } = cache;
  return {
    alloc: entries(alloc, (span) => span?.base),
    counters: Object.fromEntries(Object.entries(counters).filter(([, count]) => count !== 0)),
    nsmallfree: entries(nsmallfree, nonZero),
    ...(tiny === null ? {} : { tiny: tiny.addr, tinyoffset: tiny.offset }),
  };
}

/** The bases of a list's members, in list order. */
function bases(h: Mheap, list: SpanList): number[] {
  return members(h, list).map((span) => span.base);
}

/** What there is to say of each of `items`, under its index; nothing where that is undefined. */
function entries<T, R>(items: readonly T[], say: (item: T) => R | undefined): ByNumber<R> {
  const said: Record<number, R> = {};
  items.forEach((item, i) => {
    const something = say(item);
    if (something !== undefined) said[i] = something;
  });
  return said;
}

function nonEmpty(list: Bases): Bases | undefined {
  return list.length === 0 ? undefined : list;
}

function nonZero(count: number): number | undefined {
  return count === 0 ? undefined : count;
}
