import {
  CLASS_TO_PAGES,
  CLASS_TO_SIZE,
  MAX_SMALL_SIZE,
  NUM_SIZE_CLASSES,
  PAGE_SIZE,
  TINY_SIZE,
  TINY_SIZE_CLASS,
} from '../../spec/index.js';
import { isTiny, sizeClassOf } from '../object-lives.js';
import type { Handle } from '../program.js';

/** What a generator knows of an object that it has had allocated. */
export interface ObjectNote {
  readonly handle: Handle;
  /** Bytes that were asked for. */
  readonly size: number;
  /** Size class; 0 for large objects. */
  readonly sizeclass: number;
  /** Bytes in which an address is surely inside of the object, or in the tiny block that it shares. */
  readonly bytes: number;
  /** Whether the cycle under way will leave it; shared by all that are in one tiny block. */
  readonly fate: Fate;
  /** Offsets at which finalizers were added, in bytes; whether they still exist is not said. */
  finalizers: readonly number[];
  /** Offsets of its profile records, in bytes, cut to 16 bits as in the records. */
  profiles: readonly number[];
}

/** Whether something will be left by the cycle under way. */
interface Fate {
  kept: boolean;
}

/** The tiny block of a cache. */
interface TinyBlock {
  readonly fate: Fate;
  /** Where the next part goes, in bytes. */
  offset: number;
}

/** Number of objects in a span of each size class; 0 for class 0. */
export const CLASS_TO_COUNT: readonly number[] = CLASS_TO_SIZE.map((size, sizeclass) =>
  size === 0 ? 0 : Math.floor((CLASS_TO_PAGES[sizeclass] * PAGE_SIZE) / size),
);

/** Slots of which the heap looks for a free one at a time. */
export const WINDOW = 64;

const NO_OFFSETS: readonly number[] = [];

/**
 * What a generator knows of the objects and caches of the heap that runs its program: which objects live, which caches
 * there are, where the collector stands. How many pages objects take, and how much is left to sweep, are estimates.
 */
export class ObjectLedger {
  /** Live objects, in the order of their allocation, which in fresh spans is the order of their addresses. */
  live: ObjectNote[] = [];
  /** Pages of all spans with objects, about. */
  pages = 0;
  /** The numbers of all caches. */
  readonly caches: number[];
  marking = false;
  /** Whether the last allocation probably took a span for its cache. */
  refilled = false;
  /** Cycles that have ended. */
  cycles = 0;
  /** The numbers of caches that are gone. */
  readonly removed: number[] = [];
  /** The number of the next cache; a greater one is next where it is not certain how many were made. */
  #nextCache: number;
  #uncertain = 0;
  readonly #tinyBlocks = new Map<number, TinyBlock>();
  /** By size class: spans, and free slots in them. */
  readonly #spans = new Int32Array(NUM_SIZE_CLASSES);
  readonly #slots = new Int32Array(NUM_SIZE_CLASSES);
  /** By cache and size class: slots left in the span that the cache has, about. */
  readonly #cached = new Map<number, number>();
  /** Spans that wait to be swept, and bytes of allocation until all of them are. */
  #unswept = 0;
  #distance = 0;

  constructor(procs: number) {
    this.caches = Array.from({ length: procs }, (_, p) => p);
    this.#nextCache = procs;
  }

  /** Whether spans probably wait to be swept. */
  get sweeping(): boolean {
    return this.#unswept > 0 && this.#distance > 0;
  }

  /** Notes an object of `size` bytes from cache `p`. */
  allocate(handle: Handle, p: number, size: number, scan: number): ObjectNote {
    this.refilled = false;
    const tiny = isTiny(size, scan);
    const sizeclass = tiny ? TINY_SIZE_CLASS : size > MAX_SMALL_SIZE ? 0 : sizeClassOf(size);
    const note: ObjectNote = {
      handle,
      size,
      sizeclass,
      bytes: tiny || sizeclass === 0 ? size : CLASS_TO_SIZE[sizeclass],
      fate: tiny ? this.#placeTiny(p, size) : { kept: this.marking },
      finalizers: NO_OFFSETS,
      profiles: NO_OFFSETS,
    };
    this.live.push(note);
    if (sizeclass === 0) this.#takeLarge(size);
    else if (!tiny) this.#take(p, sizeclass);
    return note;
  }

  /** Notes that marking begins, for which all sweeping is finished. */
  start(): void {
    this.marking = true;
    this.#unswept = 0;
  }

  /** Notes that an object is marked. */
  mark({ fate }: ObjectNote): void {
    fate.kept = true;
  }

  /** Notes that marking ends, and that what is dead is swept over so many bytes. */
  end(heapDistance: number): void {
    this.marking = false;
    this.cycles++;
    this.#tinyBlocks.clear();
    this.#cached.clear();
    this.live = this.live.filter(({ fate }) => fate.kept);
    for (const { fate } of this.live) fate.kept = false;
    this.#unswept = heapDistance === 0 ? 0 : this.#countSpans();
    this.#distance = heapDistance;
    this.#giveBack();
  }

  /** Notes that a span has been swept. */
  sweep(): void {
    this.#unswept--;
  }

  /** Notes that a cache was flushed. */
  flush(p: number): void {
    this.#tinyBlocks.delete(p);
  }

  /** Notes a new cache. Where it is not certain that it will be made, nobody knows its number, nor those of later ones. */
  addCache(certain: boolean): void {
    if (certain && this.#uncertain === 0) this.caches.push(this.#nextCache++);
    else this.#uncertain++;
  }

  /** Notes that a cache is gone, or may be. */
  removeCache(p: number, certain: boolean): void {
    this.#tinyBlocks.delete(p);
    this.caches.splice(this.caches.indexOf(p), 1);
    if (certain) this.removed.push(p);
  }

  /** The number that the next cache will have; null where that is not certain. */
  get nextCache(): number | null {
    return this.#uncertain === 0 ? this.#nextCache : null;
  }

  /** The number of a cache that was never made. */
  get unknownCache(): number {
    return this.#nextCache + this.#uncertain;
  }

  #placeTiny(p: number, size: number): Fate {
    const open = this.#tinyBlocks.get(p);
    if (open !== undefined) {
      const at = aligned(open.offset, size);
      if (at + size <= TINY_SIZE) {
        open.offset = at + size;
        return open.fate;
      }
    }
    this.#take(p, TINY_SIZE_CLASS);
    const fate = { kept: this.marking };
    if (open === undefined || size < open.offset) this.#tinyBlocks.set(p, { fate, offset: size });
    return fate;
  }

  #takeLarge(size: number): void {
    this.pages += pagesOf(size);
    this.#distance -= size;
  }

  #take(p: number, sizeclass: number): void {
    const key = p * NUM_SIZE_CLASSES + sizeclass;
    const left = this.#cached.get(key) ?? 0;
    this.refilled = left === 0;
    if (this.refilled) {
      this.#distance -= CLASS_TO_PAGES[sizeclass] * PAGE_SIZE;
      this.#unswept--;
    }
    this.#cached.set(key, (this.refilled ? CLASS_TO_COUNT[sizeclass] : left) - 1);
    if (this.#slots[sizeclass] === 0) {
      this.#spans[sizeclass]++;
      this.#slots[sizeclass] = CLASS_TO_COUNT[sizeclass];
      this.pages += CLASS_TO_PAGES[sizeclass];
    }
    this.#slots[sizeclass]--;
  }

  #countSpans(): number {
    // Dead large objects have a span each too, but how many there were is forgotten by now.
    return this.#spans.reduce((sum, count) => sum + count, 1);
  }

  /** Estimates what is left when everything dead is swept: a span stays where one object in it lives. */
  #giveBack(): void {
    const counts = new Int32Array(NUM_SIZE_CLASSES);
    this.pages = 0;
    for (const { sizeclass, size } of this.live) {
      counts[sizeclass]++;
      if (sizeclass === 0) this.pages += pagesOf(size);
    }
    for (let sizeclass = 1; sizeclass < NUM_SIZE_CLASSES; sizeclass++) {
      const spans = Math.min(this.#spans[sizeclass], counts[sizeclass]);
      this.#spans[sizeclass] = spans;
      this.#slots[sizeclass] = Math.max(0, spans * CLASS_TO_COUNT[sizeclass] - counts[sizeclass]);
      this.pages += spans * CLASS_TO_PAGES[sizeclass];
    }
  }
}

/** Pages of a large object. */
export function pagesOf(size: number): number {
  return Math.ceil(size / PAGE_SIZE);
}

/** Where a part of a tiny block goes that may begin at `offset` at the earliest. */
function aligned(offset: number, size: number): number {
  const unit = size % 8 === 0 ? 8 : size % 4 === 0 ? 4 : size % 2 === 0 ? 2 : 1;
  return Math.ceil(offset / unit) * unit;
}
