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
  NPAGES,
  OVERFLOW,
  PARENT,
  PREV,
  RIGHT,
  START,
  STATE,
} = LAYOUT;

/** Checks what the heap keeps twice, and names what is broken. */
export function audit(pages: PageHeap): string[] {
  return [...auditTable(pages), ...auditLists(pages), ...auditTrees(pages)];
}

/** The span table against the records: entries of first and last pages, the bitmap of last pages. */
function auditTable(pages: PageHeap): string[] {
  const { records, table } = pages;
  const { words } = records;
  const broken: string[] = [];
  let spans = 0;
  for (let page = 0; page < table.mapped;) {
    const s = table.startingAt(page);
    const npages = words[s + NPAGES];
    if (s === NIL || npages < 1) return [...broken, `span table: no span begins at page ${page}`];
    const last = page + npages - 1;
    if (table.entries[last] !== s) {
      broken.push(`span table: the last page, ${last}, of the span at page ${page} leads elsewhere`);
    }
    if (table.lastPages.next(page) !== last) {
      broken.push(`last pages: the span at page ${page} does not end at page ${last}`);
    }
    spans += 1;
    page += npages;
  }
  if (spans !== records.inUse) {
    broken.push(`records: ${records.inUse} are in use, but there are ${spans} spans`);
  }
  let dead = 0;
  for (let s = records.dead; s !== NIL && dead <= records.made; s = words[s + NEXT]) dead += 1;
  if (dead + records.inUse !== records.made) {
    broken.push(`records: ${records.made} were made, but ${records.inUse} are in use and ${dead} are dead`);
  }
  return broken;
}

/** The lists: links both ways, members that belong there, the bitmap of lengths. */
function auditLists(pages: PageHeap): string[] {
  const { config, free } = pages;
  const broken: string[] = [];
  for (let length = 1; length < config.maxHeapList; length++) {
    const members = auditList(
      pages,
      free.listOf(length),
      `free list of ${length} pages`,
      FREE,
      length,
      broken,
    );
    if (free.lengths.has(length) !== members > 0) {
      broken.push(`bitmap of lengths: wrong about the free list of ${length} pages`);
    }
    auditList(pages, pages.busyList(length), `busy list of ${length} pages`, INUSE, length, broken);
  }
  auditList(pages, BUSY_LARGE, 'busy list of long spans', INUSE, 0, broken);
  auditList(pages, OVERFLOW, 'list of the longest free spans', FREE, 0, broken);
  return broken;
}

/** Checks one list of spans of `length` pages, or of any where that is 0, and returns its number of members. */
function auditList(
  pages: PageHeap,
  list: number,
  name: string,
  state: number,
  length: number,
  broken: string[],
): number {
  const { words } = pages.records;
  let members = 0;
  let previous = list;
  for (let s = words[list + NEXT]; s !== list; s = words[s + NEXT]) {
    members += 1;
    if (s === NIL || members > pages.records.made) {
      broken.push(`${name}: its links don't lead back to its head`);
      return members;
    }
    const page = words[s + START];
    if (words[s + PREV] !== previous) {
      broken.push(`${name}: the span at page ${page} is not linked both ways`);
    }
    if (words[s + LIST] !== list) {
      broken.push(`${name}: the span at page ${page} does not know that it stands there`);
    }
    if ((words[s + FLAGS] & STATE) !== state) {
      broken.push(`${name}: the span at page ${page} has another state`);
    }
    if (length !== 0 && words[s + NPAGES] !== length) {
      broken.push(`${name}: the span at page ${page} has another length`);
    }
    previous = s;
  }
  if (words[list + PREV] !== previous) broken.push(`${name}: its head does not know its last member`);
  return members;
}

/** The trees of large free spans: parents, lengths, order, and the bitmap of lengths. */
function auditTrees(pages: PageHeap): string[] {
  const { config, free, records, table } = pages;
  const { words } = records;
  const broken: string[] = [];
  const pageLimit = 2 ** (32 - Math.clz32(config.arenaPages - 1 || 1));
  let inTrees = 0;
  for (let length = config.maxHeapList; length < free.large.roots.length; length++) {
    const root = free.large.roots[length];
    if (free.lengths.has(length) !== (root !== NIL)) {
      broken.push(`bitmap of lengths: wrong about the tree of ${length} pages`);
    }
    if (root !== NIL) inTrees += auditTree(words, root, NIL, length, 0, pageLimit, broken);
  }
  let indexed = 0;
  for (let page = 0; page < table.mapped; page += Math.max(words[table.startingAt(page) + NPAGES], 1)) {
    if (words[table.startingAt(page) + LIST] === INDEXED) indexed += 1;
  }
  if (indexed !== inTrees) broken.push(`trees: ${inTrees} spans are in them, but ${indexed} say so`);
  return broken;
}

/** Checks the part of a tree below a node, whose spans begin from page `from` on and before `to`; returns its size. */
function auditTree(
  words: Int32Array,
  s: number,
  parent: number,
  length: number,
  from: number,
  to: number,
  broken: string[],
): number {
  if (s === NIL) return 0;
  const page = words[s + START];
  const name = `tree of ${length} pages: the span at page ${page}`;
  if (words[s + PARENT] !== parent) broken.push(`${name} does not know its parent`);
  if (words[s + NPAGES] !== length) broken.push(`${name} has another length`);
  if ((words[s + FLAGS] & STATE) !== FREE) broken.push(`${name} is not free`);
  if (words[s + LIST] !== INDEXED) broken.push(`${name} does not know that it stands there`);
  if (page < from || page >= to) broken.push(`${name} stands on the wrong side`);
  if (to - from < 1) return 1;
  const middle = (from + to) / 2;
  return (
    1 +
    auditTree(words, words[s + LEFT], s + LEFT, length, from, middle, broken) +
    auditTree(words, words[s + RIGHT], s + RIGHT, length, middle, to, broken)
  );
}
