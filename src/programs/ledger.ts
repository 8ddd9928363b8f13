import type { Handle } from './program.js';

/** What a generator knows of a span that it has had allocated. */
export interface SpanNote {
  readonly handle: Handle;
  readonly npages: number;
  readonly stack: boolean;
  /** Bytes of one object; of the whole span for size class 0 and for stacks. */
  readonly elemsize: number;
  /** Bytes from the base up to which addresses are inside of objects; 0 for stacks. */
  readonly limit: number;
  /** Whether it fits beside the other live spans; where not, its allocation has probably failed. */
  readonly fits: boolean;
  /** Offsets at which finalizers were added lately, in bytes; whether they still exist is not said. */
  finalizers: readonly number[];
  /** Offsets of all its profile records, in bytes, cut to 16 bits as in the records. */
  profiles: readonly number[];
  /** The clock when it was freed, in ns; 0 while it is live. */
  freedAt: number;
}

/** The clock of generated programs stays below this many ns, so that a tick never overflows it unasked. */
export const CLOCK_BOUND = 2 ** 52;

/** What a special record keeps of its offset. */
const OFFSET_BITS = 0xffff;

const FREED_KEPT = 8;
const NO_OFFSETS: readonly number[] = [];

/**
 * What a generator knows of the heap that runs its program: an estimate, since it knows neither which allocations
 * fail nor where spans come to lie.
 */
export class Ledger {
  /** Live spans, in the order of their allocation, which in a fresh arena is the order of their addresses. */
  readonly live: SpanNote[] = [];
  /** Pages of all live spans that fit. */
  livePages = 0;
  /** The most pages that were live at a time. */
  peakPages = 0;
  /** Nanoseconds. */
  clock = 1;
  /** Allocations asked for so far. */
  allocations = 0;
  readonly #arenaPages: number;
  /** The spans freed last, each at its number among the freed, modulo the length. */
  readonly #freed: SpanNote[] = [];
  #frees = 0;
  /** Offsets of all profile records of spans that have been freed. */
  readonly #orphanedProfiles = new Set<number>();

  constructor(arenaPages: number) {
    this.#arenaPages = arenaPages;
  }

  /** The handle for the next allocation. */
  nextHandle(): Handle {
    return ++this.allocations;
  }

  /** Notes an allocation and gives it the next handle. */
  allocate(npages: number, stack: boolean, elemsize: number, limit: number): Handle {
    const handle = this.nextHandle();
    // More than the whole arena is certain to fail: there will be no span.
    if (npages > this.#arenaPages) return handle;
    const fits = this.livePages + npages <= this.#arenaPages;
    this.live.push({
      handle,
      npages,
      stack,
      elemsize,
      limit,
      fits,
      finalizers: NO_OFFSETS,
      profiles: NO_OFFSETS,
      freedAt: 0,
    });
    if (fits) this.livePages += npages;
    if (this.livePages > this.peakPages) this.peakPages = this.livePages;
    return handle;
  }

  /** Notes that the live span at `index` is freed. */
  free(index: number): SpanNote {
    const note = this.live[index];
    if (index === this.live.length - 1) this.live.pop();
    else this.live.splice(index, 1);
    if (note.fits) this.livePages -= note.npages;
    for (const offset of note.profiles) this.#orphanedProfiles.add(offset);
    note.freedAt = this.clock;
    this.#freed[this.#frees++ % FREED_KEPT] = note;
    return note;
  }

  /** How many of the spans freed last are remembered: 0 to 8. */
  get freedCount(): number {
    return this.#freed.length;
  }

  /** The span that was freed last (`age` 0), the one before (1), and so on, below `freedCount`. */
  freed(age: number): SpanNote {
    return this.#freed[(this.#frees - 1 - age) % FREED_KEPT];
  }

  /** Notes that a profile record is set at an offset, in bytes, of a live span. */
  profile(note: SpanNote, offset: number): void {
    note.profiles = [...note.profiles, offset & OFFSET_BITS];
  }

  /**
   * Whether there may be a profile record already, so that another one would be fatal. A page heap keeps the records of
   * a span that is freed, and any later span may inherit them; and it takes records 64 KiB apart for one another.
   */
  mayBeProfiled(note: SpanNote, offset: number): boolean {
    const kept = offset & OFFSET_BITS;
    return note.profiles.includes(kept) || this.#orphanedProfiles.has(kept);
  }

  /** Notes that the clock goes on. */
  tick(ns: number): void {
    this.clock += ns;
  }
}
