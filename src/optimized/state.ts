import { PAGE_SIZE } from '../spec/index.js';
import type { Bases, ByNumber, SpanState, State } from '../spec/index.js';
import { LAYOUT } from './layout.js';
import type { PageHeap } from './page-heap.js';
import { elemsize } from './queries.js';
import type { Specials } from './specials.js';

const {
  ALLOC_COUNT,
  BUSY_LARGE,
  FLAGS,
  FREE,
  INDEXED,
  INUSE,
  LIST,
  NEEDZERO,
  NIL,
  NPAGES,
  NPRELEASED,
  OVERFLOW,
  SIZECLASS_SHIFT,
  STACK,
  START,
  STATE,
  SWEEPGEN,
} = LAYOUT;

/** The whole observable heap as plain data; `lookups` is what its first cache has counted. */
export function state(pages: PageHeap, specials: Specials, lookups: number): State {
  const { config, host, records, table } = pages;
  const { words } = records;
  const spans: SpanState[] = [];
  const freelarge: number[] = [];
  for (let page = 0; page < table.mapped; page += words[table.startingAt(page) + NPAGES]) {
    const s = table.startingAt(page);
    spans.push(spanState(pages, specials, s));
    if (words[s + LIST] === INDEXED || words[s + LIST] === OVERFLOW) freelarge.push(page * PAGE_SIZE);
  }
  return {
    spans,
    free: listsByLength(pages, (length) => pages.freeSpans.listOf(length)),
    freelarge,
    busy: listsByLength(pages, (length) => pages.busyList(length)),
    busylarge: list(pages, BUSY_LARGE),
    central: {},
    mcache: Array.from({ length: config.procs }, (_, p) => ({
      alloc: {},
      counters: p === 0 && lookups > 0 ? { nlookup: lookups } : {},
      nsmallfree: {},
    })),
    sweepStacks: { swept: sweptStack(pages), unswept: [] },
    gcBitsArenas: { free: 0, next: [], current: [], previous: [] },
    nsmallfree: {},
    clock: host.nanotime(),
    marking: false,
    sweepPagesPerByte: 0,
  };
}

function spanState(pages: PageHeap, specials: Specials, s: number): SpanState {
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
    elemsize: elemsize(pages, s),
    allocCount: words[s + ALLOC_COUNT],
    sweepgen: words[s + SWEEPGEN] - pages.sweepgen,
    ...(records.length > 0 ? { specials: records } : {}),
  };
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

/** The swept in-use spans from the top of their stack, without entries that have gone stale. */
function sweptStack(pages: PageHeap): number[] {
  const { records, swept } = pages;
  const { words } = records;
  const bases: number[] = [];
  for (let i = swept.size - 1; i >= 0; i--) {
    const s = swept.entries[i];
    if ((words[s + FLAGS] & STATE) === INUSE) bases.push(words[s + START] * PAGE_SIZE);
  }
  return bases;
}
