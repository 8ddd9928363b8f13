import { FATAL, KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE, PAGE_SIZE } from '../../spec/index.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import { lookupMaybe } from '../queries.js';
import { CACHE } from './cache-layout.js';
import type { Caches } from './caches.js';
import type { Specials } from './specials.js';
import type { Sweeper } from './sweeper.js';

const { NIL, START } = LAYOUT;

/**
 * What is asked of finalizers and profiles: their spans are swept first, so that nobody sweeps them meanwhile
 * (`mheap.go:1122` to `1295`). Each throws a RangeError, before anything has changed, where the span is being swept.
 */
export class SpecialOperations {
  constructor(
    private readonly pages: PageHeap,
    private readonly caches: Caches,
    private readonly sweeper: Sweeper,
    private readonly specials: Specials,
  ) {}

  /**
   * Adds a finalizer to the object at an address, and says whether it had none (`mheap.go:1227`).
   *
   * @throws FatalError where the address lies in no object.
   */
  addFinalizer(cache: number, addr: number, id: number): boolean {
    const { specials } = this;
    const s = this.spanOf(addr);
    specials.finalizers += 1;
    const added = this.add(s, cache, addr, KIND_SPECIAL_FINALIZER, id);
    if (!added) specials.finalizers -= 1;
    // Its object is looked up, so that it can be scanned (`mheap.go:1242`).
    else if (this.pages.cycle.marking) this.caches.tally(cache, CACHE.NLOOKUP, 1);
    return added;
  }

  /**
   * Takes the finalizer off the object at an address, if it has one (`mheap.go:1267`).
   *
   * @throws FatalError where the address lies in no object.
   */
  removeFinalizer(cache: number, addr: number): void {
    const s = this.spanOf(addr);
    if (s === NIL) this.pages.fate.end(FATAL.removeSpecial);
    this.ensureSwept(s, cache);
    this.specials.removeFinalizer(s, this.offsetIn(s, addr));
  }

  /**
   * Adds a profile record to the object at an address (`mheap.go:1286`).
   *
   * @throws FatalError where the address lies in no object, or the object has one already.
   */
  setProfile(cache: number, addr: number, id: number): void {
    const s = this.spanOf(addr);
    this.specials.profiles += 1;
    const added = this.add(s, cache, addr, KIND_SPECIAL_PROFILE, id);
    if (!added) this.pages.fate.end(FATAL.profileAlreadySet);
  }

  /** The heap span in which an address lies, or NIL. */
  private spanOf(addr: number): number {
    const s = lookupMaybe(this.pages, addr);
    if (s !== NIL && this.sweeper.isBeingSwept(s)) {
      throw new RangeError(`the span of the object at ${addr} is being swept: this would wait forever`);
    }
    return s;
  }

  private add(s: number, cache: number, addr: number, kind: number, id: number): boolean {
    if (s === NIL) this.pages.fate.end(FATAL.addSpecial);
    this.ensureSwept(s, cache);
    return this.specials.add(s, this.offsetIn(s, addr), kind, id);
  }

  private ensureSwept(s: number, cache: number): void {
    this.caches.begin(cache);
    this.sweeper.ensureSwept(s, cache);
    this.caches.finish(cache);
  }

  private offsetIn(s: number, addr: number): number {
    return addr - this.pages.records.words[s + START] * PAGE_SIZE;
  }
}
