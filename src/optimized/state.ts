import { NUM_SIZE_CLASSES, PAGE_SIZE } from '../spec/index.js';
import type { Bases, ByNumber, CacheState, CentralState, SpanState, State } from '../spec/index.js';
import type { HeapParts } from './heap-parts.js';
import { CACHE } from './objects/cache-layout.js';
import { nonemptyList } from './objects/central-lists.js';
import { objectsState } from './objects/objects-state.js';
import { LAYOUT } from './pages/layout.js';
import type { PageHeap } from './pages/page-heap.js';
import type { SweepStack } from './pages/sweep-stack.js';

const {
  ALLOC_COUNT,
  BUSY_LARGE,
  EMPTY_HEAD,
  FLAGS,
  FREE,
  INDEXED,
  INUSE,
  LIST,
  NEEDZERO,
  NIL,
  NPAGES,
  NPRELEASED,
  OBJECTS,
  OVERFLOW,
  SIZECLASS_SHIFT,
  STACK,
  START,
  STATE,
  SWEEPGEN,
} = LAYOUT;

/** The whole observable heap as plain data. Looking changes nothing, so that a heap does the same whether or not one looks. */
export function state(parts: HeapParts): State {
  const { caches, objects, pages } = parts;
  const { cycle, host, records, table } = pages;
  const { words } = records;
  const spans: SpanState[] = [];
  const freelarge: number[] = [];
  for (let page = 0; page < table.mapped; page += words[table.startingAt(page) + NPAGES]) {
    const s = table.startingAt(page);
    spans.push(spanState(parts, s));
    if (words[s + LIST] === INDEXED || words[s + LIST] === OVERFLOW) freelarge.push(page * PAGE_SIZE);
  }
  return {
    spans,
    free: listsByLength(pages, (length) => pages.freeSpans.listOf(length)),
    freelarge,
    busy: listsByLength(pages, (length) => pages.busyList(length)),
    busylarge: list(pages, BUSY_LARGE),
    central: centralLists(pages),
    mcache: Array.from({ length: caches.made }, (_, p) => cacheState(parts, caches.existing(p))),
    sweepStacks: {
      swept: stack(pages, cycle.swept, (s) => (words[s + FLAGS] & STATE) === INUSE),
      unswept: stack(
        pages,
        cycle.unswept,
        (s) => (words[s + FLAGS] & STATE) === INUSE && words[s + SWEEPGEN] === cycle.sweepgen - 2,
      ),
    },
    gcBitsArenas: {
      free: objects.arenas.free,
      next: objects.arenas.next.toReversed(),
      current: objects.arenas.current.toReversed(),
      previous: objects.arenas.previous.toReversed(),
    },
    nsmallfree: smallFrees(parts, CACHE.NIL),
    clock: host.nanotime(),
    marking: cycle.marking,
    ...(cycle.marking ? { bytesMarked: cycle.bytesMarked } : {}),
    sweepPagesPerByte: cycle.sweepPagesPerByte,
  };
}

function spanState({ objects, pages, specials }: HeapParts, s: number): SpanState {
  const { words } = pages.records;
  const flags = words[s + FLAGS];
  const base = words[s + START] * PAGE_SIZE;
  const npages = words[s + NPAGES];
  const needzero = (flags & NEEDZERO) === 0 ? 0 : 1;
  if ((flags & STATE) === FREE) {
    const unusedsince = pages.records.unusedSince(s);
    return { state: 'free', base, npages, needzero, npreleased: words[s + NPRELEASED], unusedsince };
  }
  if ((flags & STATE) === STACK) return { state: 'stack', base, npages, needzero };
  const records = specials.list(s);
  return {
    state: 'inuse',
    base,
    npages,
    needzero,
    sizeclass: flags >>> SIZECLASS_SHIFT,
    elemsize: objects.elemsize(s),
    allocCount: (flags & OBJECTS) === 0 ? words[s + ALLOC_COUNT] : objects.allocCount(s),
    sweepgen: words[s + SWEEPGEN] - pages.cycle.sweepgen,
    ...((flags & OBJECTS) === 0 ? {} : objectsState(pages, objects, s)),
    ...(records.length > 0 ? { specials: records } : {}),
  };
}

function centralLists(pages: PageHeap): ByNumber<CentralState> {
  const central: Record<number, CentralState> = {};
  for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
    const nonempty = list(pages, nonemptyList(sizeclass));
    const empty = list(pages, nonemptyList(sizeclass) + EMPTY_HEAD);
    if (nonempty.length + empty.length > 0) central[sizeclass] = { nonempty, empty };
  }
  return central;
}

/** What a cache has; null where it was removed. */
function cacheState(parts: HeapParts, cache: number): CacheState | null {
  if (cache === CACHE.NIL) return null;
  const { doubles, words } = parts.caches;
  const alloc: Record<number, number> = {};
  for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
    const s = words[cache + sizeclass * CACHE.CLASS_WORDS + CACHE.SPAN];
    if (s !== NIL) alloc[sizeclass] = parts.pages.records.words[s + START] * PAGE_SIZE;
  }
  const counter = (word: number): number => doubles[(cache + word) >>> 1];
  const counters = [
    ['scan', counter(CACHE.SCAN) + words[cache + CACHE.RECENT_SCAN]],
    ['tinyallocs', counter(CACHE.TINYALLOCS) + words[cache + CACHE.RECENT_TINY]],
    ['nlookup', counter(CACHE.NLOOKUP)],
    ['largefree', counter(CACHE.LARGEFREE)],
    ['nlargefree', counter(CACHE.NLARGEFREE)],
  ] as const;
  const tiny = words[cache + CACHE.TINY_PAGE] * PAGE_SIZE + words[cache + CACHE.TINY_BASE];
  return {
    alloc,
    counters: Object.fromEntries(counters.filter(([, amount]) => amount !== 0)),
    nsmallfree: smallFrees(parts, cache),
    ...(words[cache + CACHE.TINY_PAGE] < 0 ? {} : { tiny, tinyoffset: words[cache + CACHE.TINY_OFFSET] }),
  };
}

/** The frees of small objects by size class that a cache has counted, or the heap. */
function smallFrees({ caches }: HeapParts, cache: number): ByNumber<number> {
  const frees: Record<number, number> = {};
  for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
    const count = caches.doubles[(cache + CACHE.NSMALLFREE + sizeclass * 2) >>> 1];
    if (count > 0) frees[sizeclass] = count;
  }
  return frees;
}

/** The lists that have members, for each length below the bound. */
function listsByLength(pages: PageHeap, listOf: (length: number) => number): ByNumber<Bases> {
  const lists: Record<number, Bases> = {};
  for (let length = 1; length < pages.config.maxHeapList; length++) {
    const bases = list(pages, listOf(length));
    if (bases.length > 0) lists[length] = bases;
  }
  return lists;
}

function list(pages: PageHeap, head: number): number[] {
  const { lists, records } = pages;
  const { words } = records;
  const bases: number[] = [];
  for (let s = lists.first(words, head); s !== NIL; s = lists.following(words, head, s)) {
    bases.push(words[s + START] * PAGE_SIZE);
  }
  return bases;
}

/** The spans of a stack from the top, without entries that have gone stale. */
function stack(pages: PageHeap, { entries, size }: SweepStack, counts: (s: number) => boolean): number[] {
  const { words } = pages.records;
  const bases: number[] = [];
  for (let i = size - 1; i >= 0; i--) {
    if (counts(entries[i])) bases.push(words[entries[i] + START] * PAGE_SIZE);
  }
  return bases;
}
