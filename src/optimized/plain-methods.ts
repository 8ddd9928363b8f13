import { MAX_REQUEST_PAGES, NUM_SIZE_CLASSES, PAGE_SHIFT, PAGE_SIZE } from '../spec/index.js';
import type { HeapConfig, Host, QueryResult } from '../spec/index.js';
import { checkInteger } from './arguments.js';
import { HeapParts } from './heap-parts.js';
import type { Allocator } from './objects/allocator.js';
import { CACHE } from './objects/cache-layout.js';
import type { Caches } from './objects/caches.js';
import type { Collector } from './objects/collector.js';
import type { SpanSource } from './objects/span-source.js';
import { LAYOUT } from './pages/layout.js';
import type { PageHeap } from './pages/page-heap.js';
import { query } from './queries.js';

const { FLAGS, INUSE, NEEDZERO, NIL, NO_PAGE, OBJECTS, SIZECLASS_SHIFT, STACK, START, STATE } = LAYOUT;

/**
 * The operations of the fast heap as methods that take and give plain numbers, addresses in bytes from the start of the
 * arena. Every method throws what `perform` throws of the operation of its name.
 */
export class PlainMethods {
  protected readonly parts: HeapParts;
  private readonly pages: PageHeap;
  private readonly caches: Caches;
  private readonly allocator: Allocator;
  private readonly collector: Collector;
  private readonly source: SpanSource;

  constructor(
    readonly config: HeapConfig,
    host: Host,
  ) {
    this.parts = new HeapParts(config, host);
    ({
      pages: this.pages,
      caches: this.caches,
      allocator: this.allocator,
      collector: this.collector,
      source: this.source,
    } = this.parts);
  }

  /** Allocates a heap span of `npages` pages and returns its base, -1 where there is no memory. */
  alloc(npages: number, sizeclass: number, large: boolean, needzero: boolean): number {
    const { pages } = this;
    pages.fate.check();
    checkPageCount(npages);
    if (sizeclass >>> 0 !== sizeclass || sizeclass >= NUM_SIZE_CLASSES) {
      checkInteger('sizeclass', sizeclass, 0, NUM_SIZE_CLASSES - 1);
    }
    const s = this.source.alloc(npages, INUSE | (sizeclass << SIZECLASS_SHIFT), large, NIL);
    if (s === NIL) return -1;
    const { words } = pages.records;
    if ((words[s + FLAGS] & NEEDZERO) !== 0) pages.clean(s, needzero);
    return words[s + START] * PAGE_SIZE;
  }

  /** Allocates a span of `npages` pages for stacks and returns its base, -1 where there is no memory. */
  allocStack(npages: number): number {
    const { pages } = this;
    pages.fate.check();
    checkPageCount(npages);
    const s = pages.alloc(npages, STACK, false);
    return s === NIL ? -1 : pages.records.words[s + START] * PAGE_SIZE;
  }

  /** Frees the heap span at `base`; `acct` 1 takes it off `heap_objects`, `needzero` marks it dirty. */
  free(base: number, acct: number, needzero: boolean): void {
    const { pages } = this;
    pages.fate.check();
    const s = this.spanAt(base);
    if (acct >>> 0 !== acct || acct > 1) checkInteger('acct', acct, 0, 1);
    const { words } = pages.records;
    const flags = words[s + FLAGS];
    if ((flags & STATE) === STACK) throw new RangeError(`the span at ${base} holds stacks: use freeStack`);
    if (needzero) words[s + FLAGS] = flags | NEEDZERO;
    // A span that can hold objects always has one, and so won't be freed: its bits stay its own.
    if ((flags & OBJECTS) !== 0) this.parts.objects.settle(s);
    this.caches.giveScan(NIL);
    pages.free(s, acct);
  }

  /** Frees the stack span at `base`. */
  freeStack(base: number): void {
    const { pages } = this;
    pages.fate.check();
    const s = this.spanAt(base);
    if ((pages.records.words[s + FLAGS] & STATE) === INUSE) {
      throw new RangeError(`the span at ${base} is a heap span: use free`);
    }
    pages.freeStack(s);
  }

  /** Lets the host's clock go on by `ns`. */
  tick(ns: number): void {
    const { fate, host } = this.pages;
    fate.check();
    checkInteger('ns', ns, 0, Number.MAX_SAFE_INTEGER - host.nanotime());
    host.tick(ns);
  }

  /** Releases pages that have been free for more than `limit` ns, and returns the bytes newly released. */
  scavenge(limit: number): number {
    this.pages.fate.check();
    checkInteger('limit', limit, 0, Number.MAX_SAFE_INTEGER);
    return this.parts.scavenger.scavenge(limit);
  }

  /** Releases all free pages, and returns the bytes newly released. */
  freeOSMemory(): number {
    this.pages.fate.check();
    return this.parts.scavenger.freeOSMemory();
  }

  /** Looks an address up; without one, the nil pointer. */
  query(addr?: number): QueryResult {
    this.pages.fate.check();
    if (addr !== undefined) checkAddress(addr);
    this.caches.tally(NIL, CACHE.NLOOKUP, 1);
    const nil = -this.config.arenaStart;
    const place = addr ?? nil;
    return query(this.pages, place, place === nil);
  }

  /** Adds a finalizer to the object at `addr`, and returns whether it had none. */
  addFinalizer(p: number, addr: number, id: number): boolean {
    const cache = this.cacheForSpecial(p, addr);
    checkInteger('id', id, 0, Number.MAX_SAFE_INTEGER);
    return this.parts.specialOperations.addFinalizer(cache, addr, id);
  }

  /** Takes the finalizer off the object at `addr`. */
  removeFinalizer(p: number, addr: number): void {
    const cache = this.cacheForSpecial(p, addr);
    this.parts.specialOperations.removeFinalizer(cache, addr);
  }

  /** Adds a profile record to the object at `addr`. */
  setProfile(p: number, addr: number, id: number): void {
    const cache = this.cacheForSpecial(p, addr);
    checkInteger('id', id, 0, Number.MAX_SAFE_INTEGER);
    this.parts.specialOperations.setProfile(cache, addr, id);
  }

  /** Allocates an object of `size` bytes from cache `p`, of which `scan` can hold pointers, and returns its address. */
  malloc(p: number, size: number, needzero: boolean, scan: number): number {
    return this.allocator.malloc(p, size, needzero, scan);
  }

  /** Returns the spans of cache `p` to the central lists, and its counters to the heap. */
  flush(p: number): void {
    this.pages.fate.check();
    this.collector.flush(this.caches.get(p));
  }

  /** Makes a cache and returns its number. */
  addProc(): number {
    this.pages.fate.check();
    return this.caches.add();
  }

  /** Flushes cache `p` and frees it. */
  removeProc(p: number): void {
    this.pages.fate.check();
    const cache = this.caches.get(p);
    if (this.caches.count === 1) throw new RangeError(`cache ${p} is the last one`);
    this.collector.flush(cache);
    this.caches.remove(cache);
  }

  /** Finishes sweeping, and begins to mark. */
  gcStart(): void {
    this.pages.fate.check();
    this.collector.start();
  }

  /** Marks the live object in which `addr` lies. */
  mark(addr: number): void {
    this.collector.mark(addr);
  }

  /** Ends marking; what is not swept at once is swept in proportion, over `heapDistance` bytes of allocation. */
  gcEnd(heapDistance: number): void {
    this.pages.fate.check();
    checkInteger('heapDistance', heapDistance, 0, Number.MAX_SAFE_INTEGER);
    this.collector.end(heapDistance);
  }

  /** Sweeps the next span that needs it; returns the pages that went back to the heap, -1 where nothing is left. */
  sweepone(p: number): number {
    this.pages.fate.check();
    const cache = this.caches.get(p);
    this.caches.begin(cache);
    const pages = this.parts.sweeper.sweepOne(cache);
    this.caches.finish(cache);
    return pages;
  }

  /** Bytes that count as live (`heap_live`). */
  get heapLive(): number {
    return this.pages.live;
  }

  /** Bytes of the objects marked so far, each with the size of its class; of the last cycle where none is under way. */
  get bytesMarked(): number {
    return this.pages.cycle.bytesMarked;
  }

  /**
   * The record of the span that begins at `base`, for `perform`.
   *
   * @internal
   */
  spanAt(base: number): number {
    const { records, table } = this.pages;
    let page = base >> PAGE_SHIFT;
    if (page * PAGE_SIZE !== base) page = farPage(base);
    const s = page >= 0 && page < table.mapped ? table.entries[page] : NIL;
    // The entry of a page that begins no span may be stale: of a record that is dead, or that is elsewhere now.
    if (records.words[s + START] !== page) throw noSpanAt(base);
    return s;
  }

  /** Checks the cache and the address of an operation on a special record, and returns the cache. */
  private cacheForSpecial(p: number, addr: number): number {
    this.pages.fate.check();
    const cache = this.caches.get(p);
    checkAddress(addr);
    return cache;
  }
}

function checkPageCount(npages: number): void {
  if ((npages | 0) !== npages || npages < 1) checkInteger('npages', npages, 1, MAX_REQUEST_PAGES);
}

function checkAddress(addr: number): void {
  checkInteger('addr', addr, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

/** The page that begins at `base`, where that is too far for 32 bits; otherwise -1. */
function farPage(base: unknown): number {
  if (typeof base !== 'number') throw new TypeError(`base must be a number, not ${typeof base}`);
  const page = base / PAGE_SIZE;
  // The nil record, too, is said to begin at NO_PAGE.
  return Number.isInteger(page) && page < NO_PAGE ? page : -1;
}

function noSpanAt(base: number): RangeError {
  return new RangeError(`no span begins at ${base}`);
}
