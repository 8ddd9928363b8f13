import { NUM_SIZE_CLASSES } from '../../spec/index.js';

/**
 * From when on RECENT_TINY and RECENT_SCAN are added to the counters proper. Each tiny object looks at the former, each
 * refill at the latter: from one refill to the next a cache allocates no more than is left of its current spans, which is
 * much less than what is left to 32 bits.
 */
export const MOST_RECENT = 2 ** 30;

/** Words of a cache for each size class, and the bits of their number. */
const CLASS_SHIFT = 3;
const CLASS_WORDS = 1 << CLASS_SHIFT;

const FIRST_COUNTER = NUM_SIZE_CLASSES * CLASS_WORDS;

/**
 * Where everything lies in the one array of 32-bit words that holds the caches ({@link Caches.words}). A cache is named
 * by the index of its first word; what it has of a size class by that plus `sizeclass * CLASS_WORDS`: its *place*. Two
 * words that hold a double are read through {@link Caches.doubles}, at half their index.
 *
 * The first block is no cache: its counters are the heap's own, which take up those of the caches. So 0 says "none"
 * wherever a cache is named.
 *
 * | words | what |
 * | --- | --- |
 * | 0 to 7 | the tiny block, and what malloc counts up first; class 0 has no place |
 * | 8 to 535 | a place for each size class |
 * | from 536 on | the counters |
 */
export const CACHE = {
  NIL: 0,
  /** All bits of an index: see {@link LAYOUT}.ANY_SPAN. */
  ANY_INDEX: 0x7fffffff,

  /** Page of the open tiny block; -1 where none is open. */
  TINY_PAGE: 0,
  /** Bytes from that page's begin to the block. */
  TINY_BASE: 1,
  /** Bytes of the open tiny block that are taken; 0 where none is open. */
  TINY_OFFSET: 2,
  /** The cache's number. */
  NUMBER: 3,
  /** Bytes that can hold pointers, as far as they were not yet added to SCAN: see {@link MOST_RECENT}. */
  RECENT_SCAN: 4,
  /** Tiny objects that went into an open block, as far as they were not yet added to TINYALLOCS. */
  RECENT_TINY: 5,
  /** Not 0 where SCAN or TINYALLOCS may not be 0: three words of one line say whether the heap is owed anything. */
  OWES: 6,
  /** Not 0 while it is in the midst of an operation, so that others must not use it. */
  BUSY: 7,

  CLASS_SHIFT,
  CLASS_WORDS,

  // The words of a place.

  /** The free slots of the current word: those of LOADED that have not been handed out. */
  LEFT: 0,
  /** The free slots of the current word when it was loaded, or last written back. */
  LOADED: 1,
  /** The current span, or NIL. */
  SPAN: 2,
  /** The object that the lowest bit of the current word stands for. */
  INDEX: 3,
  /** That object's address, as long as all of the span are below 2^31; otherwise -1. See {@link FAR_PAGE}. */
  ADDRESS: 4,
  /** Bytes of an object. */
  ELEMSIZE: 5,
  /** Objects of a span. */
  NELEMS: 6,

  /** Bytes that can hold pointers in the objects allocated (`local_scan`), a double like all that follow. */
  SCAN: FIRST_COUNTER,
  /** Tiny objects that went into an open block (`local_tinyallocs`). */
  TINYALLOCS: FIRST_COUNTER + 2,
  /** Lookups of addresses (`local_nlookup`). */
  NLOOKUP: FIRST_COUNTER + 4,
  /** Bytes of the large objects freed (`local_largefree`). */
  LARGEFREE: FIRST_COUNTER + 6,
  /** Number of large objects freed (`local_nlargefree`). */
  NLARGEFREE: FIRST_COUNTER + 8,
  /** Number of small objects freed, of class 0 and so on (`local_nsmallfree`). */
  NSMALLFREE: FIRST_COUNTER + 10,
  /** Words of a cache: 2,720 bytes. */
  WORDS: FIRST_COUNTER + 10 + NUM_SIZE_CLASSES * 2,
} as const;
