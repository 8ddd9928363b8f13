import type { Bitmap } from './bitmap.js';
import { LAYOUT } from './layout.js';
import type { PageHeap } from './page-heap.js';

const {
  BUSY_LARGE,
  FLAGS,
  FREE,
  INDEXED,
  INUSE,
  LEFT,
  LIST,
  NEXT,
  NIL,
  NO_PAGE,
  NPAGES,
  OVERFLOW,
  PARENT,
  PREV,
  RIGHT,
  START,
  STATE,
} = LAYOUT;

/** Takes a sentence about something that is broken. */
export type Complain = (sentence: string) => void;

/** Checks all that the heap keeps twice, and names what is broken, a sentence each. */
export function auditPages(heap: PageHeap): string[] {
  const broken: string[] = [];
  const complain: Complain = (sentence) => {
    broken.push(sentence);
  };
  auditTable(heap, complain);
  // Without a table there is no way to say which spans there are.
  if (broken.length > 0) return broken;
  auditRecords(heap, complain);
  auditLists(heap, complain);
  auditTrees(heap, complain);
  auditBitmap(heap.table.lastPages, 'bitmap of last pages', complain);
  auditBitmap(heap.freeSpans.lengths, 'bitmap of lengths', complain);
  return broken;
}

/** The records of all spans, in address order. */
export function* allSpans({ records, table }: PageHeap): Generator<number> {
  const { words } = records;
  for (let page = 0; page < table.mapped; page += words[table.entries[page] + NPAGES]) {
    yield table.entries[page];
  }
}

/** Both ends of each span lead to it; the spans tile the arena; the bitmap of last pages has theirs and no others. */
function auditTable({ records, table }: PageHeap, complain: Complain): void {
  const { words } = records;
  let page = 0;
  while (page < table.mapped) {
    const s = table.startingAt(page);
    const npages = words[s + NPAGES];
    if (s === NIL || npages < 1) {
      complain(`span table: no span begins at page ${page}`);
      return;
    }
    const last = page + npages - 1;
    if (table.entries[last] !== s) {
      complain(`span table: page ${last}, the last one of the span at page ${page}, leads elsewhere`);
    }
    if (table.lastPages.next(page) !== last) {
      complain(`bitmap of last pages: wrong about the span at page ${page}, which ends at page ${last}`);
    }
    page += npages;
  }
  if (page > table.mapped) complain(`span table: the last span ends behind page ${table.mapped - 1}`);
}

/** Each record that was made belongs to a span or is dead, and dead ones say so. */
function auditRecords(heap: PageHeap, complain: Complain): void {
  const { records } = heap;
  const { words } = records;
  let spans = 0;
  let previousIsFree = false;
  for (const s of allSpans(heap)) {
    spans += 1;
    const isFree = (words[s + FLAGS] & STATE) === FREE;
    if (isFree && previousIsFree) {
      complain(`the free span at page ${words[s + START]} is not united with the one in front`);
    }
    previousIsFree = isFree;
    if (isFree && words[s + LIST] === NIL) {
      complain(`the free span at page ${words[s + START]} stands in no list`);
    }
  }
  if (spans !== records.inUse) {
    complain(`records: ${records.inUse} are said to be in use, but there are ${spans} spans`);
  }
  let dead = 0;
  for (let s = records.dead; s !== NIL && dead <= records.made; s = words[s + NEXT]) {
    dead += 1;
    if (words[s + START] !== NO_PAGE) {
      complain(`records: a dead one still begins at page ${words[s + START]}`);
    }
  }
  if (dead + spans !== records.made) {
    complain(`records: ${records.made} were made, but there are ${spans} spans and ${dead} dead ones`);
  }
  if (words[NIL + START] !== NO_PAGE || words[NIL + FLAGS] !== 0) {
    complain('records: the nil record was written to');
  }
}

/** The lists: links both ways, members that belong there, and the bitmap of lengths. */
function auditLists(heap: PageHeap, complain: Complain): void {
  const { config, freeSpans } = heap;
  for (let length = 1; length < config.maxHeapList; length++) {
    const list = freeSpans.listOf(length);
    const members = auditList(heap, list, `free list of ${length} pages`, FREE, length, complain);
    if (freeSpans.lengths.has(length) !== members > 0) {
      complain(`bitmap of lengths: wrong about the free list of ${length} pages`);
    }
    auditList(heap, heap.busyList(length), `busy list of ${length} pages`, INUSE, length, complain);
  }
  auditList(heap, BUSY_LARGE, 'busy list of long spans', INUSE, 0, complain);
  auditList(heap, OVERFLOW, 'list of the longest free spans', FREE, 0, complain);
}

/** Checks one list, of spans of `length` pages or, where that is 0, of any; returns its number of members. */
export function auditList(
  { records }: PageHeap,
  list: number,
  name: string,
  state: number,
  length: number,
  complain: Complain,
): number {
  const { words } = records;
  let members = 0;
  let previous = list;
  for (let s = words[list + NEXT]; s !== list; s = words[s + NEXT]) {
    members += 1;
    if (s === NIL || members > records.made) {
      complain(`${name}: its links don't lead back to its head`);
      return members;
    }
    const span = `${name}: the span at page ${words[s + START]}`;
    if (words[s + PREV] !== previous) complain(`${span} is not linked both ways`);
    if (words[s + LIST] !== list) complain(`${span} does not know that it stands there`);
    if ((words[s + FLAGS] & STATE) !== state) complain(`${span} has another state`);
    if (length !== 0 && words[s + NPAGES] !== length) complain(`${span} has another length`);
    previous = s;
  }
  if (words[list + PREV] !== previous) complain(`${name}: its head does not know its last member`);
  return members;
}

/** The trees of large free spans: parents, lengths, order, their members, and the bitmap of lengths. */
function auditTrees(heap: PageHeap, complain: Complain): void {
  const { config, freeSpans, records } = heap;
  const { words } = records;
  const { roots, pageLimit } = freeSpans.large;
  let inTrees = 0;
  for (let length = config.maxHeapList; length < roots.length; length++) {
    const root = roots[length];
    if (freeSpans.lengths.has(length) !== (root !== NIL)) {
      complain(`bitmap of lengths: wrong about the tree of ${length} pages`);
    }
    inTrees += auditTree(words, root, NIL, length, 0, pageLimit, complain);
  }
  let indexed = 0;
  for (const s of allSpans(heap)) {
    if (words[s + LIST] === INDEXED) indexed += 1;
  }
  if (indexed !== inTrees) {
    complain(`trees: they have ${inTrees} spans, but ${indexed} say that they stand there`);
  }
}

/**
 * Checks the part of a tree that hangs at the link `parent`, whose spans begin at page `from` or behind it and before
 * `to`; returns its number of spans.
 */
function auditTree(
  words: Int32Array,
  s: number,
  parent: number,
  length: number,
  from: number,
  to: number,
  complain: Complain,
): number {
  if (s === NIL) return 0;
  const page = words[s + START];
  const span = `tree of ${length} pages: the span at page ${page}`;
  if (page < from || page >= to) {
    complain(`${span} stands on the wrong side`);
    return 1;
  }
  if (words[s + PARENT] !== parent) complain(`${span} does not know its parent`);
  if (words[s + NPAGES] !== length) complain(`${span} has another length`);
  if ((words[s + FLAGS] & STATE) !== FREE) complain(`${span} is not free`);
  if (words[s + LIST] !== INDEXED) complain(`${span} does not know that it stands there`);
  const middle = (from + to) / 2;
  return (
    1 +
    auditTree(words, words[s + LEFT], s + LEFT, length, from, middle, complain) +
    auditTree(words, words[s + RIGHT], s + RIGHT, length, middle, to, complain)
  );
}

/** The upper levels of a bitmap say which words of the level below are not 0. */
export function auditBitmap({ leaves, middle, top }: Bitmap, name: string, complain: Complain): void {
  for (const [level, above] of [
    [leaves, middle],
    [middle, top],
  ]) {
    for (let i = 0; i < level.length; i++) {
      const saysNonZero = ((above[i >>> 5] >>> i) & 1) === 1;
      if (saysNonZero !== (level[i] !== 0)) complain(`${name}: wrong about word ${i} of its lower levels`);
    }
  }
}
