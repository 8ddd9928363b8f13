import { FATAL, PAGE_SHIFT } from '../../spec/index.js';
import type { Fate } from '../fate.js';
import type { Cycle } from '../pages/cycle.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import type { SpanLists } from '../pages/span-lists.js';
import type { SpanRecords } from '../pages/span-records.js';
import { CACHE, MOST_RECENT } from './cache-layout.js';
import type { Caches } from './caches.js';
import { CLASS, CLASSES, SIZES } from './size-classes.js';
import type { SpanObjects } from './span-objects.js';
import type { SpanSource } from './span-source.js';
import type { Sweeper } from './sweeper.js';

const {
  ALLOC_COUNT,
  ANY_SPAN,
  CACHED,
  CENTRAL_HEADS,
  CENTRAL_WORDS,
  EMPTY_HEAD,
  FLAGS,
  FREEINDEX,
  INUSE,
  NEEDZERO,
  NEXT,
  NIL,
  SIZECLASS_SHIFT,
  START,
  SWEEPGEN,
} = LAYOUT;
const { ANY_INDEX, CLASS_SHIFT, RECENT_SCAN, SPAN } = CACHE;
const { NELEMS, PAGES, WORDS } = CLASS;

// The engine folds constants of this file into its code, and loads imported ones anew each time.
const TABLE = CLASSES;
const SIZE_OF_CLASS = SIZES;
const PAGE_BITS = PAGE_SHIFT;
const RECENT = MOST_RECENT;

/** The head of the list of a class's spans that have free objects; that of the others is EMPTY_HEAD words behind it. */
export function nonemptyList(sizeclass: number): number {
  return CENTRAL_HEADS + sizeclass * CENTRAL_WORDS;
}

/**
 * The lists of spans of small objects, two for each size class (`mcentral`): caches take spans from them and give them
 * back. `nonempty` has those with free objects; `empty` those without, and those that are with a cache.
 */
export class CentralLists {
  private readonly fate: Fate;
  private readonly cycle: Cycle;
  private readonly records: SpanRecords;
  private readonly lists: SpanLists;

  constructor(
    private readonly pages: PageHeap,
    private readonly caches: Caches,
    private readonly objects: SpanObjects,
    private readonly source: SpanSource,
    private readonly sweeper: Sweeper,
  ) {
    ({ fate: this.fate, cycle: this.cycle, records: this.records, lists: this.lists } = pages);
  }

  /**
   * Gives a place of a cache, whose span is full or that has none, another one with a free object. Like {@link search} it
   * is long on purpose: what it calls on the straight path becomes part of it.
   *
   * @throws FatalError where there is no memory, or a span that should have a free object has none.
   */
  refill(givenCache: number, givenPlace: number): void {
    const { caches, cycle, pages } = this;
    const cache = givenCache & ANY_INDEX;
    const place = givenPlace & ANY_INDEX;
    const sizeclass = (place - cache) >>> CLASS_SHIFT;
    const c = sizeclass * WORDS;
    const nelems = TABLE[c + NELEMS];
    if (caches.words[cache + RECENT_SCAN] > RECENT) caches.settle(cache);
    const full = caches.words[place + SPAN] & ANY_SPAN;
    if (full !== NIL) this.objects.exhaust(full, nelems);
    caches.begin(cache);
    const bytes = TABLE[c + PAGES] << PAGE_BITS;
    this.sweeper.deduct(bytes, 0, cache);
    const nonempty = CENTRAL_HEADS + sizeclass * CENTRAL_WORDS;
    const { words: before } = this.records;
    let s = before[nonempty + NEXT] & ANY_SPAN;
    // Where all is swept, the first one will do.
    if (s !== nonempty && before[s + SWEEPGEN] === cycle.sweepgen) {
      this.lists.moveToBack(before, nonempty, nonempty + EMPTY_HEAD, s);
    } else s = this.search(sizeclass, cache) & ANY_SPAN;
    if (s === NIL) this.fate.end(FATAL.outOfMemory);
    caches.finish(cache);
    // What was cleared belongs to the span.
    pages.cleared = false;
    const { words } = this.records;
    const count = words[s + ALLOC_COUNT];
    if (count === nelems || words[s + FREEINDEX] === nelems) this.fate.end(FATAL.noFreeObjects);
    const used = Math.imul(count, SIZE_OF_CLASS[sizeclass]);
    if (used > 0) this.sweeper.reimburse(used);
    pages.live += (bytes - used) | 0;
    this.objects.install(s, place, nelems);
  }

  /**
   * Takes the current span of a cache back.
   *
   * @throws FatalError where nothing was allocated in it.
   */
  uncache(s: number): void {
    const { lists, pages, records } = this;
    const { words } = records;
    this.objects.settle(s);
    words[s + CACHED] = NIL;
    const count = words[s + ALLOC_COUNT];
    if (count === 0) this.fate.end(FATAL.uncacheEmpty);
    const sizeclass = words[s + FLAGS] >>> SIZECLASS_SHIFT;
    const free = TABLE[sizeclass * WORDS + NELEMS] - count;
    if (free === 0) return;
    const nonempty = nonemptyList(sizeclass);
    lists.moveToFront(words, nonempty + EMPTY_HEAD, nonempty, s);
    pages.live -= free * SIZE_OF_CLASS[sizeclass];
  }

  /**
   * A span of a class that has a free object, now at the end of `empty`: one that is there, as soon as it is swept, or else
   * a new one; NIL where there is no memory for that. It is long on purpose: so the engine leaves it out of {@link refill}.
   */
  private search(sizeclass: number, cache: number): number {
    const { cycle, lists, objects, records, sweeper } = this;
    const nelems = TABLE[sizeclass * WORDS + NELEMS];
    const nonempty = CENTRAL_HEADS + sizeclass * CENTRAL_WORDS;
    const empty = nonempty + EMPTY_HEAD;
    for (;;) {
      const s = this.firstToTake(nonempty);
      if (s !== NIL) {
        const { words } = records;
        const isSwept = words[s + SWEEPGEN] === cycle.sweepgen;
        if (!isSwept) sweeper.claim(s);
        lists.moveToBack(words, nonempty, empty, s);
        if (!isSwept) sweeper.sweepClaimed(s, true, cache);
        return s;
      }
      const full = this.firstToTake(empty);
      // Where one is swept, so are all behind it.
      if (full === NIL || records.words[full + SWEEPGEN] === cycle.sweepgen) break;
      sweeper.claim(full);
      lists.moveToBack(records.words, empty, empty, full);
      sweeper.sweepClaimed(full, true, cache);
      const free = objects.firstFree(full, nelems);
      records.words[full + FREEINDEX] = free;
      if (free !== nelems) return full;
    }
    const npages = TABLE[sizeclass * WORDS + PAGES];
    const s = this.source.alloc(npages, INUSE | (sizeclass << SIZECLASS_SHIFT), false, cache);
    if (s === NIL) return NIL;
    if ((records.words[s + FLAGS] & NEEDZERO) !== 0) this.pages.clean(s, true);
    this.pages.table.fill(s, records.words[s + START], npages);
    objects.start(s);
    lists.insertBack(records.words, empty, s);
    return s;
  }

  /** The first span of a list that is not being swept, or NIL. */
  private firstToTake(list: number): number {
    const { cycle, lists, records } = this;
    const { words } = records;
    let s = lists.first(words, list) & ANY_SPAN;
    while (s !== NIL && words[s + SWEEPGEN] === cycle.sweepgen - 1) {
      s = lists.following(words, list, s) & ANY_SPAN;
    }
    return s;
  }
}
