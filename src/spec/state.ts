/** Entries under a number (a page count, a size class); where there is nothing to say, there is no entry. */
export type ByNumber<T> = Readonly<Record<number, T>>;

/** Bases of spans, in the order of the list that they stand in. */
export type Bases = readonly number[];

/**
 * The whole observable heap between two operations, as plain data (README of `golden/`, "A state"). Spans are
 * named by their base, in bytes from the start of the arena.
 */
export interface State {
  /** All spans in address order; they tile the arena from 0 to `arenaUsed`. */
  readonly spans: readonly SpanState[];
  /** Free lists of exact length, by page count, most recently inserted first. */
  readonly free: ByNumber<Bases>;
  /** Free spans too long for a list of their own, by address: the order of that list can't be observed. */
  readonly freelarge: Bases;
  /** Busy lists of large in-use spans, by page count, in list order. */
  readonly busy: ByNumber<Bases>;
  /** Large in-use spans too long for a list of their own, in list order. */
  readonly busylarge: Bases;
  /** The central lists of each size class that has any. */
  readonly central: ByNumber<CentralState>;
  /** Each cache by its number; null once it was removed. */
  readonly mcache: readonly (CacheState | null)[];
  /** The two stacks of in-use spans, from the top; entries gone stale are left out. */
  readonly sweepStacks: { readonly swept: Bases; readonly unswept: Bases };
  /** Number of free mark-bit arenas, and the bytes filled in each arena of the others, newest first. */
  readonly gcBitsArenas: {
    readonly free: number;
    readonly next: readonly number[];
    readonly current: readonly number[];
    readonly previous: readonly number[];
  };
  /** Frees of small objects by size class, as far as they were given to the heap. */
  readonly nsmallfree: ByNumber<number>;
  /** Nanoseconds. */
  readonly clock: number;
  readonly marking: boolean;
  /** Bytes of the objects marked so far; only while marking. */
  readonly bytesMarked?: number;
  /** Pages to sweep for each byte allocated. */
  readonly sweepPagesPerByte: number;
}

/** One span of a {@link State}. */
export type SpanState = FreeSpanState | StackSpanState | InUseSpanState;

/** A span in a free list. */
export interface FreeSpanState {
  readonly state: 'free';
  readonly base: number;
  readonly npages: number;
  /** 1 where its memory may be dirty. */
  readonly needzero: number;
  /** Pages of it that were given back to the operating system. */
  readonly npreleased: number;
  /** Clock, in ns, at which it became free. */
  readonly unusedsince: number;
}

/** A span that holds stacks. */
export interface StackSpanState {
  readonly state: 'stack';
  readonly base: number;
  readonly npages: number;
  readonly needzero: number;
}

/** A span of the garbage-collected heap; one that holds objects says more of them. */
export interface InUseSpanState extends Partial<ObjectsState> {
  readonly state: 'inuse';
  readonly base: number;
  readonly npages: number;
  readonly needzero: number;
  readonly sizeclass: number;
  /** Bytes of one object. */
  readonly elemsize: number;
  /** Objects allocated. */
  readonly allocCount: number;
  /** Relative to the heap's: 0 swept, -1 being swept, -2 to be swept. */
  readonly sweepgen: number;
  /** Special records, offset in bytes and kind, in list order; left out where there are none. */
  readonly specials?: readonly (readonly [offset: number, kind: number])[];
}

/** The objects of a span. Bits are written as bytes in hexadecimal: byte i holds objects 8i to 8i+7, lowest bit first. */
export interface ObjectsState {
  /** Address behind the last object. */
  readonly limit: number;
  /** Objects that there is room for. */
  readonly nelems: number;
  /** Object from which on a free one is looked for: those before it are allocated. */
  readonly freeindex: number;
  /** Whether it is the current span of a cache. */
  readonly incache: boolean;
  /** The objects that were live after the last sweep; those from `nelems` on are 0. */
  readonly allocBits: string;
  /** The objects that are marked; those from `nelems` on are 0. */
  readonly gcmarkBits: string;
  /**
   * Small objects only: which ones are free, from `freeindex` to the end of its window of 64 slots, as the low and the
   * high 32 bits; slots from `nelems` on are 0.
   */
  readonly allocCache?: readonly [low: number, high: number];
}

/** The central lists of one size class. */
export interface CentralState {
  readonly nonempty: Bases;
  readonly empty: Bases;
}

/** One cache. */
export interface CacheState {
  /** The current span of each size class that has one. */
  readonly alloc: ByNumber<number>;
  /** Counters that are not 0 and not yet given to the heap. */
  readonly counters: Readonly<Partial<Record<CacheCounter, number>>>;
  /** Frees of small objects by size class, not yet given to the heap. */
  readonly nsmallfree: ByNumber<number>;
  /** Address of the open tiny block; only while one is open. */
  readonly tiny?: number;
  /** Bytes of the open tiny block that are taken. */
  readonly tinyoffset?: number;
}

/** The name of a counter that a cache keeps until it gives it to the heap. */
export type CacheCounter = 'scan' | 'tinyallocs' | 'nlookup' | 'largefree' | 'nlargefree';
