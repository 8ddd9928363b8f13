import { MAX_REQUEST_PAGES, NUM_SIZE_CLASSES, PAGE_SHIFT, PAGE_SIZE } from '../spec/index.js';
import type {
  Heap,
  HeapConfig,
  HeapFactory,
  Host,
  Operation,
  OperationResult,
  QueryResult,
  State,
  Statistics,
} from '../spec/index.js';
import { checkBoolean, checkInteger } from './arguments.js';
import { audit } from './audit.js';
import { LAYOUT } from './layout.js';
import { PageHeap } from './page-heap.js';
import { lookupMaybe, query } from './queries.js';
import { Scavenger } from './scavenger.js';
import { Specials } from './specials.js';
import { state } from './state.js';
import { statistics } from './statistics.js';

const { FLAGS, INUSE, NEEDZERO, NIL, NO_PAGE, SIZECLASS_SHIFT, STACK, START, STATE } = LAYOUT;

/**
 * The fast heap: span records in one typed array, free spans found through bitmaps and a search tree. Its methods
 * take and give plain numbers, addresses in bytes from the start of the arena; {@link OptimizedHeap.perform} is a
 * thin layer over them. Every method throws what {@link Heap.perform} throws.
 */
export class OptimizedHeap implements Heap {
  private readonly pages: PageHeap;
  private readonly scavenger: Scavenger;
  private readonly specials: Specials;
  /** Lookups that the first cache has counted. */
  private lookups = 0;

  constructor(
    readonly config: HeapConfig,
    host: Host,
  ) {
    this.pages = new PageHeap(config, host);
    this.scavenger = new Scavenger(this.pages);
    this.specials = new Specials(this.pages);
  }

  /** Allocates a heap span of `npages` pages and returns its base, -1 where there is no memory. */
  alloc(npages: number, sizeclass: number, large: boolean, needzero: boolean): number {
    const { pages } = this;
    pages.fate.check();
    checkPageCount(npages);
    if (sizeclass >>> 0 !== sizeclass || sizeclass >= NUM_SIZE_CLASSES) {
      checkInteger('sizeclass', sizeclass, 0, NUM_SIZE_CLASSES - 1);
    }
    const s = pages.alloc(npages, INUSE | (sizeclass << SIZECLASS_SHIFT), large);
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
    return this.scavenger.scavenge(limit);
  }

  /** Releases all free pages, and returns the bytes newly released. */
  freeOSMemory(): number {
    this.pages.fate.check();
    return this.scavenger.freeOSMemory();
  }

  /** Looks an address up; without one, the nil pointer. */
  query(addr?: number): QueryResult {
    this.pages.fate.check();
    if (addr !== undefined) checkAddress(addr);
    this.lookups += 1;
    const nil = -this.config.arenaStart;
    const place = addr ?? nil;
    return query(this.pages, place, place === nil);
  }

  /** Adds a finalizer to the object at `addr`, and returns whether it had none. */
  addFinalizer(p: number, addr: number, id: number): boolean {
    const s = this.spanForSpecial(p, addr);
    checkInteger('id', id, 0, Number.MAX_SAFE_INTEGER);
    return this.specials.addFinalizer(s, this.offsetIn(s, addr), id);
  }

  /** Takes the finalizer off the object at `addr`. */
  removeFinalizer(p: number, addr: number): void {
    const s = this.spanForSpecial(p, addr);
    this.specials.removeFinalizer(s, this.offsetIn(s, addr));
  }

  /** Adds a profile record to the object at `addr`. */
  setProfile(p: number, addr: number, id: number): void {
    const s = this.spanForSpecial(p, addr);
    checkInteger('id', id, 0, Number.MAX_SAFE_INTEGER);
    this.specials.setProfile(s, this.offsetIn(s, addr), id);
  }

  perform(operation: Operation): OperationResult {
    this.pages.fate.check();
    switch (operation.op) {
      case 'alloc': {
        checkInteger('npages', operation.npages, 1, MAX_REQUEST_PAGES);
        checkInteger('sizeclass', operation.sizeclass, 0, NUM_SIZE_CLASSES - 1);
        checkBoolean('large', operation.large);
        checkBoolean('needzero', operation.needzero);
        const { clears } = this.pages;
        const base = this.alloc(operation.npages, operation.sizeclass, operation.large, operation.needzero);
        return base < 0 ? null : { base, zeroed: this.pages.clears !== clears };
      }
      case 'free':
        this.spanAt(operation.base);
        checkInteger('acct', operation.acct, 0, 1);
        checkBoolean('needzero', operation.needzero);
        this.free(operation.base, operation.acct, operation.needzero);
        return undefined;
      case 'allocStack': {
        const base = this.allocStack(operation.npages);
        return base < 0 ? null : { base };
      }
      case 'freeStack':
        this.freeStack(operation.base);
        return undefined;
      case 'tick':
        this.tick(operation.ns);
        return undefined;
      case 'scavenge':
        return this.scavenge(operation.limit);
      case 'freeOSMemory':
        return this.freeOSMemory();
      case 'query':
        return this.query(operation.addr);
      case 'addFinalizer':
        return { added: this.addFinalizer(operation.p, operation.addr, operation.id) };
      case 'removeFinalizer':
        this.removeFinalizer(operation.p, operation.addr);
        return undefined;
      case 'setProfile':
        this.setProfile(operation.p, operation.addr, operation.id);
        return undefined;
      default:
        throw new TypeError(`unknown operation ${String((operation as { op?: unknown }).op)}`);
    }
  }

  statistics(): Statistics {
    return statistics(this.pages, this.specials);
  }

  state(): State {
    return state(this.pages, this.specials, this.lookups);
  }

  audit(): readonly string[] {
    return audit(this.pages);
  }

  /** The span that begins at `base`. */
  private spanAt(base: number): number {
    const { records, table } = this.pages;
    let page = base >> PAGE_SHIFT;
    if (page * PAGE_SIZE !== base) page = farPage(base);
    const s = page >= 0 && page < table.mapped ? table.entries[page] : NIL;
    // The entry of a page that begins no span may be stale: of a record that is dead, or that is elsewhere now.
    if (records.words[s + START] !== page) throw noSpanAt(base);
    return s;
  }

  /** Checks the cache and the address of an operation on a special record, and returns the address's heap span or NIL. */
  private spanForSpecial(p: number, addr: number): number {
    this.pages.fate.check();
    checkInteger('p', p, 0, this.config.procs - 1);
    checkAddress(addr);
    return lookupMaybe(this.pages, addr);
  }

  private offsetIn(s: number, addr: number): number {
    return addr - this.pages.records.words[s + START] * PAGE_SIZE;
  }
}

/** Makes optimized heaps. */
export const optimizedHeap: HeapFactory = {
  name: 'optimized',
  create: (config, host) => new OptimizedHeap(config, host),
};

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
