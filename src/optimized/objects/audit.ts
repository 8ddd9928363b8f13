import { NUM_SIZE_CLASSES, PAGE_SIZE } from '../../spec/index.js';
import type { HeapParts } from '../heap-parts.js';
import { allSpans, auditBitmap, auditList } from '../pages/audit.js';
import type { Complain } from '../pages/audit.js';
import { popcount } from '../pages/bits.js';
import { LAYOUT } from '../pages/layout.js';
import type { SweepStack } from '../pages/sweep-stack.js';
import { auditPool } from './audit-pool.js';
import { CACHE } from './cache-layout.js';
import { nonemptyList } from './central-lists.js';
import { CLASS, CLASSES } from './size-classes.js';
import { FAR_PAGE } from './span-objects.js';

const {
  ALLOC_BITS,
  ALLOC_COUNT,
  CACHED,
  DIVISION,
  EMPTY_HEAD,
  FLAGS,
  FREEINDEX,
  INUSE,
  LIST,
  MARK_BITS,
  NEXT,
  NIL,
  NPAGES,
  OBJECTS,
  SIZECLASS_SHIFT,
  START,
  STATE,
  SWEEPGEN,
} = LAYOUT;

/** Checks all that is kept twice of objects, caches and the cycle, and names what is broken, a sentence each. */
export function auditObjects(parts: HeapParts): string[] {
  const broken: string[] = [];
  const complain: Complain = (sentence) => {
    broken.push(sentence);
  };
  auditCaches(parts, complain);
  auditAtHand(parts, complain);
  auditCentral(parts, complain);
  auditSpans(parts, complain);
  auditPool(parts, complain);
  auditCycle(parts, complain);
  auditBusy(parts, complain);
  return broken;
}

/** Caches by their number, and what they have counted. */
function auditCaches({ caches }: HeapParts, complain: Complain): void {
  let count = 0;
  let lowest: number = CACHE.NIL;
  for (let p = 0; p < caches.made; p++) {
    const cache = caches.existing(p);
    if (cache === CACHE.NIL) continue;
    count += 1;
    if (lowest === CACHE.NIL) lowest = cache;
    if (caches.words[cache + CACHE.NUMBER] !== p) complain(`caches: that of number ${p} has another number`);
    const [scan, tinyallocs] = [CACHE.SCAN, CACHE.TINYALLOCS].map(
      (word) => caches.doubles[(cache + word) >>> 1],
    );
    if (caches.words[cache + CACHE.OWES] === 0 && (scan !== 0 || tinyallocs !== 0)) {
      complain(`caches: that of number ${p} says that it owes nothing, but it has counted`);
    }
    if (caches.removed.includes(cache)) complain(`caches: that of number ${p} is among those removed`);
  }
  if (count !== caches.count) {
    complain(`caches: ${caches.count} are said to be there, but there are ${count}`);
  }
  if (lowest !== caches.lowest) complain('caches: another one has the lowest number');
}

/** The cache that malloc has at hand. */
function auditAtHand({ caches, pages }: HeapParts, complain: Complain): void {
  const { marking } = pages.cycle;
  if (caches.shut !== 0 && !marking) complain('caches: none is at hand, but nothing is marked');
  if (caches.shut === 0 && marking) complain('caches: one may be at hand, but objects are being marked');
  if (caches.number < 0) return;
  const { current, number } = caches;
  if (number >= caches.made || caches.existing(number) !== current) {
    complain(`caches: the one at hand is not that of number ${number}`);
  } else if (caches.shut !== 0 || caches.words[current + CACHE.BUSY] !== 0) {
    complain(`caches: that of number ${number} is at hand, but must not be used`);
  }
}

/** The central lists: their links, and that what stands in one belongs there. */
function auditCentral({ objects, pages }: HeapParts, complain: Complain): void {
  const { words } = pages.records;
  for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
    const nonempty = nonemptyList(sizeclass);
    for (const [list, name] of [
      [nonempty, `list nonempty of class ${sizeclass}`],
      [nonempty + EMPTY_HEAD, `list empty of class ${sizeclass}`],
    ] as const) {
      const before = { complaints: 0 };
      auditList(pages, list, name, INUSE, CLASSES[sizeclass * CLASS.WORDS + CLASS.PAGES], (sentence) => {
        before.complaints += 1;
        complain(sentence);
      });
      // Where links are broken there is no way to say which spans stand there.
      if (before.complaints > 0) continue;
      for (let s = words[list + NEXT]; s !== list; s = words[s + NEXT]) {
        const span = `${name}: the span at page ${words[s + START]}`;
        if (words[s + FLAGS] >>> SIZECLASS_SHIFT !== sizeclass) complain(`${span} has another class`);
        if (list !== nonempty) continue;
        if (words[s + CACHED] !== NIL) complain(`${span} is with a cache`);
        if (words[s + ALLOC_COUNT] === objects.nelems(s)) complain(`${span} has no free object`);
      }
    }
  }
}

/** What the record of each span with objects says, against its bits and its cache. */
function auditSpans(parts: HeapParts, complain: Complain): void {
  const { caches, pages } = parts;
  const { words } = pages.records;
  let cached = 0;
  for (const s of allSpans(pages)) {
    const span = `the span at page ${words[s + START]}`;
    const isOfSmall = (words[s + FLAGS] & OBJECTS) !== 0 && words[s + FLAGS] >>> SIZECLASS_SHIFT !== 0;
    if (!isOfSmall && words[s + DIVISION] < 0) {
      complain(`${span} has no small objects, but divides by their size`);
    }
    if ((words[s + FLAGS] & OBJECTS) === 0) continue;
    const c = (words[s + FLAGS] >>> SIZECLASS_SHIFT) * CLASS.WORDS;
    if (c !== 0 && words[s + NPAGES] !== CLASSES[c + CLASS.PAGES]) {
      complain(`${span} has another length than its class`);
    }
    if (words[s + LIST] === NIL) complain(`${span} holds objects, but stands in no list`);
    if (c !== 0 && words[s + DIVISION] !== CLASSES[c + CLASS.MAGIC]) {
      complain(`${span} divides by another object size`);
    }
    auditBits(parts, s, span, complain);
    const place = words[s + CACHED];
    if (place === NIL) continue;
    cached += 1;
    if (caches.words[place + CACHE.SPAN] !== s) {
      complain(`${span} says that it is with a cache, which has another one`);
    } else if (words[s + LIST] !== nonemptyList(words[s + FLAGS] >>> SIZECLASS_SHIFT) + EMPTY_HEAD) {
      complain(`${span} is with a cache, but does not stand in the list empty of its class`);
    } else auditPlace(parts, s, place, span, complain);
  }
  const current = currentSpans(parts);
  if (current !== cached) complain(`caches: they have ${current} current spans, but ${cached} say so`);
}

/** Number of current spans of all caches. In the midst of a refill the span that was full is one no longer. */
function currentSpans({ caches, pages }: HeapParts): number {
  const { words } = pages.records;
  let count = 0;
  for (let p = 0; p < caches.made; p++) {
    const cache = caches.existing(p);
    if (cache === CACHE.NIL) continue;
    const isBusy = caches.words[cache + CACHE.BUSY] !== 0;
    for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
      const s = caches.words[cache + sizeclass * CACHE.CLASS_WORDS + CACHE.SPAN];
      if (s !== NIL && !(isBusy && words[s + CACHED] === NIL)) count += 1;
    }
  }
  return count;
}

/** The slots that a place has loaded, against the bits of its span. */
function auditPlace(parts: HeapParts, s: number, place: number, span: string, complain: Complain): void {
  const { caches, objects, pages } = parts;
  const { words } = caches;
  const [left, loaded, index] = [
    words[place + CACHE.LEFT],
    words[place + CACHE.LOADED],
    words[place + CACHE.INDEX],
  ];
  const size = objects.elemsize(s);
  const allocBits = pages.records.words[pages.records.words[s + ALLOC_BITS] + (index >>> 5)];
  if ((left & ~loaded) !== 0) complain(`${span}: its cache has slots left that it did not load`);
  if ((loaded & allocBits) !== 0) complain(`${span}: its cache loaded slots that are allocated`);
  if ((index & 31) !== 0 || index >= objects.nelems(s)) complain(`${span}: its cache is at object ${index}`);
  if (words[place + CACHE.ELEMSIZE] !== size) complain(`${span}: its cache has another object size`);
  const start = pages.records.words[s + START];
  if (words[place + CACHE.ADDRESS] !== (start < FAR_PAGE ? start * PAGE_SIZE + index * size : -1)) {
    complain(`${span}: its cache has another address`);
  }
}

/** The bits of a span, against the number of its objects. */
function auditBits(parts: HeapParts, s: number, span: string, complain: Complain): void {
  const { caches, objects, pages } = parts;
  const { words } = pages.records;
  const nelems = objects.nelems(s);
  const place = words[s + CACHED];
  const gone = place === NIL ? 0 : caches.words[place + CACHE.LOADED] ^ caches.words[place + CACHE.LEFT];
  const count = words[s + ALLOC_COUNT] + popcount(gone);
  const freeindex =
    gone === 0 ? words[s + FREEINDEX] : caches.words[place + CACHE.INDEX] + 32 - Math.clz32(gone);
  if (freeindex > nelems) complain(`${span} looks for free objects behind its last one`);
  let allocated = 0;
  let marked = 0;
  const bitWords = CLASSES[(words[s + FLAGS] >>> SIZECLASS_SHIFT) * CLASS.WORDS + CLASS.BIT_WORDS];
  for (let word = 0; word < bitWords; word++) {
    const exist = lowBits(nelems - word * 32);
    const below = lowBits(freeindex - word * 32);
    const allocBits = words[words[s + ALLOC_BITS] + word];
    const markBits = words[words[s + MARK_BITS] + word];
    if (((allocBits | markBits) & ~exist) !== 0) complain(`${span} has bits behind its last object`);
    allocated += popcount((allocBits | below) & exist);
    marked += popcount(markBits);
  }
  if (allocated !== count) {
    complain(`${span} has ${allocated} objects allocated by its bits, but counts ${count}`);
  }
  const { marking, sweepgen } = pages.cycle;
  if (!marking && marked > 0 && words[s + SWEEPGEN] === sweepgen) {
    complain(`${span} is swept, but still has marks`);
  }
  if (marked > count) complain(`${span} has ${marked} marks, but only ${count} objects`);
}

/** A word whose `count` lowest bits are set, all of them from 32 on. */
function lowBits(count: number): number {
  if (count >= 32) return -1;
  return count <= 0 ? 0 : (1 << count) - 1;
}

/** The sweep stacks have every span in use, by its generation. */
function auditCycle({ pages }: HeapParts, complain: Complain): void {
  const { cycle, records } = pages;
  const { words } = records;
  const swept = members(cycle.swept);
  const unswept = members(cycle.unswept);
  if (cycle.marking ? cycle.markable > pages.table.mapped : cycle.markable !== 0) {
    complain(`${cycle.markable} pages are said to have objects that can be marked`);
  }
  for (const s of allSpans(pages)) {
    if ((words[s + FLAGS] & STATE) !== INUSE) continue;
    const span = `the span at page ${words[s + START]}`;
    const age = cycle.sweepgen - words[s + SWEEPGEN];
    if (age === 0 && !swept.has(s)) complain(`${span} is swept, but not on the stack of swept spans`);
    else if (age === 2 && !unswept.has(s)) {
      complain(`${span} is unswept, but not on the stack of unswept spans`);
    } else if (age < 0 || age > 2) {
      complain(`${span} is of generation ${words[s + SWEEPGEN]}, the heap of ${cycle.sweepgen}`);
    }
    if (age === 2 && cycle.sweepdone) complain(`${span} is unswept, but all is said to be swept`);
  }
}

/** A busy list with an unswept span in front is in the set of those. */
function auditBusy({ pages }: HeapParts, complain: Complain): void {
  const { config, cycle, records } = pages;
  const { words } = records;
  for (let length = 1; length < config.maxHeapList; length++) {
    const list = pages.busyList(length);
    const first = words[list + NEXT];
    if (first !== list && words[first + SWEEPGEN] === cycle.sweepgen - 2 && !cycle.busyUnswept.has(length)) {
      complain(`busy lists with unswept spans: that of ${length} pages is missing`);
    }
  }
  auditBitmap(cycle.busyUnswept, 'busy lists with unswept spans', complain);
}

function members({ entries, size }: SweepStack): Set<number> {
  return new Set(entries.subarray(0, size));
}
