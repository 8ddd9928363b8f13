import {
  CLASS_TO_PAGES,
  CLASS_TO_SIZE,
  MAX_SMALL_SIZE,
  PAGE_SIZE,
  TINY_SIZE,
  TINY_SIZE_CLASS,
  type MallocOperation,
} from '../../spec/index.js';

/** A special record, as whoever added it knows it. */
export interface LedgerSpecial {
  /** Bytes from the base of its span, of which 16 bits are kept. */
  readonly offset: number;
  /** `KIND_SPECIAL_FINALIZER` or `KIND_SPECIAL_PROFILE`. */
  readonly kind: number;
  readonly id: number;
}

/** The pieces of a block of tiny objects that are taken: offset of the first byte, and of the one behind the last. */
export type Parts = [from: number, to: number][];

/** The number of an object that was never allocated, but came to life by a finalizer: nobody wrote to it. */
export const NEVER_ALLOCATED = Number.MAX_SAFE_INTEGER;

/** A span that holds objects, as their allocations and marks tell. */
export class ObjectSpan {
  /** Bytes from the start of the arena. */
  readonly base: number;
  readonly npages: number;
  /** 0 for a large object. */
  readonly sizeclass: number;
  /** Bytes of one object. */
  readonly elemsize: number;
  readonly nelems: number;
  /** The number of the object in each slot, counted from 1 in the order of allocation; 0 where there is none. */
  readonly ids: Float64Array;
  /** 1 for each slot whose object is marked. */
  readonly marks: Uint8Array;
  /** By offset, then kind. */
  readonly specials: LedgerSpecial[] = [];
  /** The taken pieces of each slot that is a block of tiny objects. */
  readonly parts = new Map<number, Parts>();
  /** Objects in it. */
  used = 0;
  /**
   * Whether objects died in it of which the heap does not know, since as many came to life that were never allocated: it
   * counts only how many fewer there are, and clears nothing in a span where these are none.
   */
  hidesDirt = false;
  /** Slots before this one have been given out since it was swept last. */
  freeindex = 0;
  /** The cycle in which it was swept last; or made. */
  cycle: number;

  /** A span of a size class, or, where that is 0, of one object on `npages`. */
  constructor(base: number, sizeclass: number, npages: number, cycle: number) {
    this.base = base;
    this.sizeclass = sizeclass;
    this.npages = npages;
    this.elemsize = sizeclass === 0 ? npages * PAGE_SIZE : CLASS_TO_SIZE[sizeclass];
    this.nelems = Math.floor((npages * PAGE_SIZE) / this.elemsize);
    this.ids = new Float64Array(this.nelems);
    this.marks = new Uint8Array(this.nelems);
    this.cycle = cycle;
  }

  /** Bytes. */
  get end(): number {
    return this.base + this.npages * PAGE_SIZE;
  }

  /** The slot that an address in it belongs to; `nelems` or more behind the last. */
  slotOf(addr: number): number {
    return Math.floor((addr - this.base) / this.elemsize);
  }

  /** The address of a slot's object. */
  addressOf(slot: number): number {
    return this.base + slot * this.elemsize;
  }

  /** The first slot from `from` on that holds no object; `nelems` where there is none. */
  firstFree(from: number): number {
    let slot = from;
    while (slot < this.nelems && this.ids[slot] !== 0) slot++;
    return slot;
  }
}

/** Size classes of requests, by eighths of their size, rounded up. */
const CLASSES = Uint8Array.from({ length: MAX_SMALL_SIZE / 8 + 1 }, (_, eighths) =>
  CLASS_TO_SIZE.findIndex((size, sizeclass) => sizeclass > 0 && size >= eighths * 8),
);

/** The size class of a request of up to 32768 bytes: the smallest that is large enough. */
export function classOf(bytes: number): number {
  return CLASSES[Math.ceil(bytes / 8)];
}

/** The size class from which a request is served; 0 for a large object. */
export function classOfRequest({ size, scan }: MallocOperation): number {
  if (size > MAX_SMALL_SIZE) return 0;
  return size < TINY_SIZE && scan === 0 ? TINY_SIZE_CLASS : classOf(size);
}

/** Pages of a span of a size class. */
export function pagesOfClass(sizeclass: number): number {
  return CLASS_TO_PAGES[sizeclass];
}

/** Bytes of a span of a size class that no object fills. */
export function wasteOfClass(sizeclass: number): number {
  return (CLASS_TO_PAGES[sizeclass] * PAGE_SIZE) % CLASS_TO_SIZE[sizeclass];
}
