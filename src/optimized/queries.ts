import { CLASS_TO_SIZE, PAGE_SIZE } from '../spec/index.js';
import type { QueryResult } from '../spec/index.js';
import { LAYOUT } from './pages/layout.js';
import { slackOf } from './pages/page-heap.js';
import type { PageHeap } from './pages/page-heap.js';

const { FLAGS, INUSE, NIL, NPAGES, SIZECLASS_SHIFT, STACK, START, STATE } = LAYOUT;

/** Bytes of one object of an in-use span. */
export function elemsize(pages: PageHeap, s: number): number {
  const { words } = pages.records;
  const sizeclass = words[s + FLAGS] >>> SIZECLASS_SHIFT;
  return sizeclass === 0 ? words[s + NPAGES] * PAGE_SIZE : CLASS_TO_SIZE[sizeclass];
}

/** The base of the object in which an address lies: it must lie in one. */
export function objectBase(pages: PageHeap, addr: number): number {
  const s = lookupMaybe(pages, addr);
  return objectAt(pages, s, pages.records.words[s + START] * PAGE_SIZE, addr)[0];
}

/** The in-use span in which an address lies below its limit, or NIL (`mheap.go:817`). */
export function lookupMaybe(pages: PageHeap, addr: number): number {
  const s = spanOf(pages, addr);
  return s !== NIL && isInHeap(pages, s, addr) ? s : NIL;
}

/** All that the heap knows of an address; `isNil` says that it is that of the nil pointer. */
export function query(pages: PageHeap, addr: number, isNil: boolean): QueryResult {
  const { words } = pages.records;
  const s = spanOf(pages, addr);
  const inObject = s !== NIL && isInHeap(pages, s, addr);
  const base = words[s + START] * PAGE_SIZE;
  const lookup = inObject ? base : null;
  const mlookup = inObject ? objectAt(pages, s, base, addr) : null;
  const inheap = inObject && !isNil;
  const inHeapOrStack = inheap || (!isNil && s !== NIL && (words[s + FLAGS] & STATE) === STACK);
  const answers = { inheap, inHeapOrStack, lookupMaybe: lookup, mlookup };
  return inHeapOrStack ? { ...answers, spanOf: base } : answers;
}

/** The span in which an address lies, or NIL where it lies outside of the arena. */
function spanOf(pages: PageHeap, addr: number): number {
  const page = Math.floor(addr / PAGE_SIZE);
  return page >= 0 && page < pages.table.mapped ? pages.table.containing(page) : NIL;
}

function isInHeap(pages: PageHeap, s: number, addr: number): boolean {
  const { words } = pages.records;
  if ((words[s + FLAGS] & STATE) !== INUSE) return false;
  return addr < (words[s + START] + words[s + NPAGES]) * PAGE_SIZE - slackOf(words, s);
}

/** Base and size of the object of a span in which an address lies (`mheap.go:353`). */
function objectAt(pages: PageHeap, s: number, base: number, addr: number): [base: number, size: number] {
  const size = elemsize(pages, s);
  return [base + Math.floor((addr - base) / size) * size, size];
}
