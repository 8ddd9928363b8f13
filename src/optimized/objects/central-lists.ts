import { FATAL, PAGE_SIZE } from '../../spec/index.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import { CLASS, CLASSES } from './size-classes.js';
import type { SpanObjects } from './span-objects.js';
import type { SpanSource } from './span-source.js';
import type { Sweeper } from './sweeper.js';

const {
  ALLOC_COUNT,
  CACHED,
  CENTRAL_HEADS,
  CENTRAL_WORDS,
  EMPTY_HEAD,
  FLAGS,
  FREEINDEX,
  INUSE,
  NEEDZERO,
  NIL,
  SIZECLASS_SHIFT,
  START,
  SWEEPGEN,
} = LAYOUT;
const { NELEMS, PAGES, SIZE, WORDS } = CLASS;

/** The head of the list of a class's spans that have free objects; that of the others is EMPTY_HEAD words behind it. */
export function nonemptyList(sizeclass: number): number {
  return CENTRAL_HEADS + sizeclass * CENTRAL_WORDS;
}

/**
 * The lists of spans of small objects, two for each size class (`mcentral`): caches take spans from them and give them
 * back. `nonempty` has those with free objects; `empty` those without, and those that are with a cache.
 */
export class CentralLists {
  constructor(
    private readonly pages: PageHeap,
    private readonly objects: SpanObjects,
    private readonly source: SpanSource,
    private readonly sweeper: Sweeper,
  ) {}

  /**
   * Gives a span of a class, which has a free object, to a place of a cache. Returns whether there is memory for one.
   *
   * @throws FatalError where a span that should have a free object has none.
   */
  cache(sizeclass: number, place: number, cache: number): boolean {
    const { fate, live, records } = this.pages;
    const c = sizeclass * WORDS;
    const bytes = CLASSES[c + PAGES] * PAGE_SIZE;
    this.sweeper.deduct(bytes, 0, cache);
    const s = this.find(sizeclass, cache) || this.grow(sizeclass, cache);
    if (s === NIL) return false;
    const { words } = records;
    const count = words[s + ALLOC_COUNT];
    const nelems = CLASSES[c + NELEMS];
    if (count === nelems || words[s + FREEINDEX] === nelems) fate.end(FATAL.noFreeObjects);
    const used = count * CLASSES[c + SIZE];
    if (used > 0) this.sweeper.reimburse(used);
    live[0] += bytes - used;
    this.objects.install(s, place);
    return true;
  }

  /**
   * Takes the current span of a cache back.
   *
   * @throws FatalError where nothing was allocated in it.
   */
  uncache(s: number): void {
    const { fate, lists, live, records } = this.pages;
    const { words } = records;
    this.objects.settle(s);
    words[s + CACHED] = NIL;
    const count = words[s + ALLOC_COUNT];
    if (count === 0) fate.end(FATAL.uncacheEmpty);
    const sizeclass = words[s + FLAGS] >>> SIZECLASS_SHIFT;
    const free = CLASSES[sizeclass * WORDS + NELEMS] - count;
    if (free === 0) return;
    const nonempty = nonemptyList(sizeclass);
    lists.remove(words, nonempty + EMPTY_HEAD, s);
    lists.insert(words, nonempty, s);
    live[0] -= free * CLASSES[sizeclass * WORDS + SIZE];
  }

  /** A span of a class that has a free object, now at the end of `empty`, or NIL where none is found. */
  private find(sizeclass: number, cache: number): number {
    const { cycle, lists, records } = this.pages;
    const nonempty = nonemptyList(sizeclass);
    const empty = nonempty + EMPTY_HEAD;
    for (;;) {
      const s = this.firstToTake(nonempty);
      if (s !== NIL) {
        const { words } = records;
        const isSwept = words[s + SWEEPGEN] === cycle.sweepgen;
        if (!isSwept) this.sweeper.claim(s);
        lists.remove(words, nonempty, s);
        lists.insertBack(words, empty, s);
        if (!isSwept) this.sweeper.sweepClaimed(s, true, cache);
        return s;
      }
      const full = this.firstToTake(empty);
      // Where one is swept, so are all behind it.
      if (full === NIL || records.words[full + SWEEPGEN] === cycle.sweepgen) return NIL;
      this.sweeper.claim(full);
      lists.remove(records.words, empty, full);
      lists.insertBack(records.words, empty, full);
      this.sweeper.sweepClaimed(full, true, cache);
      const free = this.objects.firstFree(full);
      records.words[full + FREEINDEX] = free;
      if (free !== this.objects.nelems(full)) return full;
    }
  }

  /** The first span of a list that is not being swept, or NIL. */
  private firstToTake(list: number): number {
    const { cycle, lists, records } = this.pages;
    const { words } = records;
    let s = lists.first(words, list);
    while (s !== NIL && words[s + SWEEPGEN] === cycle.sweepgen - 1) s = lists.following(words, list, s);
    return s;
  }

  /** A new span for a class, at the end of `empty`, or NIL where there is no memory. */
  private grow(sizeclass: number, cache: number): number {
    const { lists, records, table } = this.pages;
    const npages = CLASSES[sizeclass * WORDS + PAGES];
    const s = this.source.alloc(npages, INUSE | (sizeclass << SIZECLASS_SHIFT), false, cache);
    if (s === NIL) return NIL;
    if ((records.words[s + FLAGS] & NEEDZERO) !== 0) this.pages.clean(s, true);
    table.fill(s, records.words[s + START], npages);
    this.objects.start(s);
    lists.insertBack(records.words, nonemptyList(sizeclass) + EMPTY_HEAD, s);
    return s;
  }
}
