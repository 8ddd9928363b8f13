import { NUM_SIZE_CLASSES } from '../spec/index.js';
import type { CacheCounter } from '../spec/index.js';
import type { Span } from './span.js';

/** What one thread of the program allocates from (`mcache`; "Caches and malloc"). */
export interface Cache {
  /** The current span of each size class. */
  readonly alloc: (Span | null)[];
  /** The tiny block that is open. */
  tiny: TinyBlock | null;
  /** What was counted here and not yet given to the heap. */
  readonly counters: Record<CacheCounter, number>;
  /** Frees of small objects by size class, not yet given to the heap. */
  readonly nsmallfree: number[];
}

/** A block of 16 bytes that several tiny objects share. */
export interface TinyBlock {
  readonly addr: number;
  /** Bytes of it that are taken. */
  readonly offset: number;
}

/** A cache without spans. */
export function newCache(): Cache {
  return {
    alloc: Array<null>(NUM_SIZE_CLASSES).fill(null),
    tiny: null,
    counters: { scan: 0, tinyallocs: 0, nlookup: 0, largefree: 0, nlargefree: 0 },
    nsmallfree: Array<number>(NUM_SIZE_CLASSES).fill(0),
  };
}
