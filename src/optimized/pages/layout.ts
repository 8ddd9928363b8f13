// Bits of FLAGS of which others are made.
const STATE = 3;
const INUSE = 1;
const OBJECTS = 8;

/**
 * Where everything lies in the one array of 32-bit words that holds the span records and the heads of their lists
 * ({@link SpanRecords.words}). A span is named by the index of its record's first word, a list by that of its head.
 *
 * | from | what |
 * | --- | --- |
 * | 0 | the nil record, which belongs to no span: 0 says "none" wherever a span or a list is named |
 * | `FREE_HEADS` | heads of the free lists by length, 0 to 127 pages |
 * | `OVERFLOW` | head of the list of free spans too long for the index of large ones |
 * | `INDEXED` | no head, but what a span in that index gives as its list |
 * | `BUSY_HEADS` | heads of the busy lists by length, 0 to 127 pages |
 * | `BUSY_LARGE` | head of the busy list of longer spans |
 * | `CENTRAL_HEADS` | heads of the central lists: by size class, nonempty and empty |
 * | `FIRST_RECORD` | the span records, in the order in which they were made, and blocks of bits between them ({@link SpanRecords.takeRoom}) |
 *
 * Take the constants apart at the top of a file (`const { START, NPAGES } = LAYOUT`): the engine folds constants of
 * the same file into its code, those imported one by one it loads anew each time.
 */
export const LAYOUT = {
  /** Words of a record: 64 bytes, a line of the processor's cache. */
  RECORD_WORDS: 16,
  /** No span, no list, no record. */
  NIL: 0,
  /**
   * All bits of an index. `x & ANY_SPAN` is x, but now the engine knows that it is no negative number, and so that it does not
   * exceed an integer with a small one added: it leaves out two steps wherever a word of that record is read.
   */
  ANY_SPAN: 0x7fffffff,

  // The words of a record. The first two are those of a list's head, too, so that lists close into rings.

  /** Next span of its list, or the list's head. Of a dead record: the one that died before it. */
  NEXT: 0,
  /** Previous span of its list, or the list's head. */
  PREV: 1,
  /** In the index of large spans, instead of NEXT: the child on the left. */
  LEFT: 0,
  /** In the index of large spans, instead of PREV: the child on the right. */
  RIGHT: 1,
  /** Head of the list in which it stands (`mheap.go:171`), INDEXED or NIL. */
  LIST: 2,
  /** First page, counted from the start of the arena (`mheap.go:173`). Of a dead record: NO_PAGE. */
  START: 3,
  /** Length in pages (`mheap.go:174`). */
  NPAGES: 4,
  /** State, NEEDZERO, OBJECTS and, from the bit SIZECLASS_SHIFT on, the size class. Free spans have size class 0. */
  FLAGS: 5,
  /** Generation in which it was last swept (`mheap.go:236`). Survives the reuse of a record. */
  SWEEPGEN: 6,
  /** Objects allocated (`mheap.go:239`): 0 in a span that is not in use. Of a cached span: as last written back. */
  ALLOC_COUNT: 11,
  /** First of its special records (`mheap.go:251`). Survives freeing, as in the runtime. */
  SPECIALS: 12,
  /**
   * In-use spans of class 0: bytes from the end of the last whole object to the end of the span, at most 32767
   * (`mheap.go:249`). For all spans see {@link slackOf}.
   */
  SLACK: 13,
  /** Spans of small objects: how to divide by their size (`mheap.go:237`), a negative number. No other span has one here. */
  DIVISION: 13,

  // Words that have one meaning in free spans,

  /** Pages of it that are with the operating system (`mheap.go:248`). */
  NPRELEASED: 7,
  /** ns at which it became free (`mheap.go:247`), a double in this word and the next. */
  UNUSED_SINCE: 8,
  /** In the index of large spans: the word that points to it; NIL for a root. */
  PARENT: 10,

  // and another one in spans that hold objects.

  /** Object from which on a free one is looked for (`mheap.go:192`). Of a cached span: as last written back. */
  FREEINDEX: 7,
  /** Index of the first word of its allocation bits (`mheap.go:227`): in the same array. */
  ALLOC_BITS: 8,
  /** The same of its mark bits (`mheap.go:228`). */
  MARK_BITS: 9,
  /** Where it is the current span of a cache (`mheap.go:241`): the place there. Otherwise NIL. */
  CACHED: 10,
  /** Where it has no more than 32 objects: one word of mark bits and one of allocation bits. */
  BITS: 14,

  /** The bits of FLAGS that hold the state. The states are numbered as in the runtime (`mheap.go:143`). */
  STATE,
  DEAD: 0,
  INUSE,
  STACK: 2,
  FREE: 3,
  /** The bit of FLAGS that says that the memory may be dirty (`mheap.go:243`). */
  NEEDZERO: 4,
  /** The bit of FLAGS that says that the span holds objects, and so has bits; one of `alloc` has none. */
  OBJECTS,
  /** The bits of STATE and of OBJECTS, and how they are in a span that holds objects. */
  KIND: STATE | OBJECTS,
  OBJECT_SPAN: INUSE | OBJECTS,
  /** The lowest bit of FLAGS that belongs to the size class. */
  SIZECLASS_SHIFT: 8,
  /** START of a dead record: behind the last page of any arena. */
  NO_PAGE: 0x7fffffff,

  /** Words of a list's head: NEXT is its first span, PREV its last one; both are the head itself if it has none. */
  HEAD_WORDS: 2,
  FREE_HEADS: 16,
  OVERFLOW: 272,
  INDEXED: 274,
  BUSY_HEADS: 276,
  BUSY_LARGE: 532,
  CENTRAL_HEADS: 534,
  /** Words from the head of a class's list `nonempty` to that of its list `empty`. */
  EMPTY_HEAD: 2,
  /** Words of the heads of one class. */
  CENTRAL_WORDS: 4,
  HEADS_END: 802,
  /** Large arrays begin 16 bytes behind the begin of a line of the processor's cache. So each record is one line. */
  FIRST_RECORD: 828,
} as const;

/**
 * Longest span, in pages, in the index of large ones. The largest arena has room for no more than 64 spans that are
 * longer.
 */
export const LONGEST_INDEXED = 2 ** 20 - 1;
