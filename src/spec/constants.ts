/** Bytes of a heap page (`_PageSize`). */
export const PAGE_SIZE = 8192;

/** A byte offset shifted right by this many bits is a page index (`_PageShift`). */
export const PAGE_SHIFT = 13;

/** Bytes of a pointer on the 64-bit machine that the specification describes (`sys.PtrSize`). */
export const POINTER_SIZE = 8;

/** Spans of fewer pages have a free list of their own length, all others share one (`_MaxMHeapList`). */
export const MAX_HEAP_LIST = 128;

/** Least number of bytes that the heap asks of the operating system at a time (`_HeapAllocChunk`). */
export const HEAP_ALLOC_CHUNK = 1 << 20;

/** What the heap asks of the operating system is rounded up to a multiple of this many bytes (`mheap.go:768`). */
export const GROW_ROUND = 64 << 10;

/** Span records that the record table holds at first (`mheap.go:271`). */
export const FIRST_ALLSPANS_CAPACITY = (64 * 1024) / POINTER_SIZE;

/** Least physical page size, in bytes, that the runtime supports (`mheap.go:20`). */
export const MIN_PHYS_PAGE_SIZE = 4096;

/** Largest physical page size, in bytes, that a configuration may name: arenas begin on a multiple of it. */
export const MAX_PHYS_PAGE_SIZE = 1 << 20;

/** Most pages that an arena may have in a configuration. */
export const MAX_ARENA_PAGES = 2 ** 26;

/** Highest byte address at which an arena may begin. */
export const MAX_ARENA_START = 2 ** 52;

/** Most pages that one allocation may ask for: more would not be exact as a number of bytes. */
export const MAX_REQUEST_PAGES = 2 ** 39;

/** Kind of a special record that carries a finalizer (`mheap.go:1107`). */
export const KIND_SPECIAL_FINALIZER = 1;

/** Kind of a special record that carries a heap profile bucket (`mheap.go:1108`). */
export const KIND_SPECIAL_PROFILE = 2;

/** Largest small object, in bytes: larger ones have a span of their own (`_MaxSmallSize`). */
export const MAX_SMALL_SIZE = 32768;

/** Bytes of a block that holds several tiny objects; smaller objects without pointers are tiny (`maxTinySize`). */
export const TINY_SIZE = 16;

/** Size class of tiny blocks (`tinySizeClass`). */
export const TINY_SIZE_CLASS = 2;

/** Most bytes that one `malloc` may ask for: the bytes of {@link MAX_REQUEST_PAGES}. */
export const MAX_REQUEST_BYTES = 2 ** 52;

/** Most caches that a heap may have had: their numbers are below this. */
export const MAX_CACHES = 2 ** 16;

/** Bytes of an arena of mark bits, its header included (`gcBitsChunkBytes`, `mheap.go:1319`). */
export const GC_BITS_CHUNK_BYTES = 64 << 10;

/** Bytes of the header of an arena of mark bits (`gcBitsHeaderBytes`, `mheap.go:1320`). */
export const GC_BITS_HEADER_BYTES = 16;

/** Proportional sweeping is done over at least this many bytes of allocation. */
export const MIN_HEAP_DISTANCE = PAGE_SIZE;
