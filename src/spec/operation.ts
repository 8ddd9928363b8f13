/**
 * One call on a heap, with concrete arguments. Addresses (`base`, `addr`) are byte offsets from the start of the
 * arena; `npages` counts pages of 8192 bytes; `ns` and `limit` are nanoseconds; `p` is the number of a cache.
 *
 * | op | does |
 * | --- | --- |
 * | `alloc` | allocates a span for objects of `sizeclass`, or of its whole size where that is 0 (`mheap.go:621`) |
 * | `free` | frees a span that `alloc` gave; `acct` 1 takes it off `heap_objects`; `needzero` marks it dirty (`mheap.go:829`) |
 * | `allocStack` | allocates a span for stacks (`mheap.go:639`) |
 * | `freeStack` | frees a span that `allocStack` gave (`mheap.go:855`) |
 * | `tick` | lets the host's clock go on |
 * | `scavenge` | releases free pages that have been unused for longer than `limit` (`mheap.go:989`) |
 * | `freeOSMemory` | releases free pages of every age (`mheap.go:1009`) |
 * | `query` | looks `addr` up in every way the heap knows; without `addr`, the nil pointer (`mheap.go:295` to `399`, `817`) |
 * | `addFinalizer` | attaches a finalizer to the object at `addr` (`mheap.go:1227`) |
 * | `removeFinalizer` | takes it off again (`mheap.go:1267`) |
 * | `setProfile` | attaches a heap profile record (`mheap.go:1286`) |
 * | `malloc` | allocates an object of `size` bytes, 1 or more, from cache `p`; `scan` bytes of it can hold pointers |
 * | `flush` | returns the spans of cache `p` to the central lists, and its counters to the heap |
 * | `addProc` | makes a cache; numbers are never used again |
 * | `removeProc` | flushes cache `p` and frees it; the last one stays |
 * | `gcStart` | finishes sweeping and begins to mark |
 * | `mark` | marks the live object in which `addr` lies |
 * | `gcEnd` | ends marking; what is not swept at once is swept in proportion, over `heapDistance` bytes of allocation |
 * | `sweepone` | sweeps the next span that needs it, counting what it frees in cache `p` |
 *
 * An operation that names no cache works on the one with the lowest number.
 */
export type Operation =
  | AllocOperation
  | FreeOperation
  | { readonly op: 'allocStack'; readonly npages: number }
  | { readonly op: 'freeStack'; readonly base: number }
  | { readonly op: 'tick'; readonly ns: number }
  | { readonly op: 'scavenge'; readonly limit: number }
  | { readonly op: 'freeOSMemory' }
  | { readonly op: 'query'; readonly addr?: number }
  | { readonly op: 'addFinalizer'; readonly p: number; readonly addr: number; readonly id: number }
  | { readonly op: 'removeFinalizer'; readonly p: number; readonly addr: number }
  | { readonly op: 'setProfile'; readonly p: number; readonly addr: number; readonly id: number }
  | MallocOperation
  | { readonly op: 'flush'; readonly p: number }
  | { readonly op: 'addProc' }
  | { readonly op: 'removeProc'; readonly p: number }
  | { readonly op: 'gcStart' }
  | { readonly op: 'mark'; readonly addr: number }
  | { readonly op: 'gcEnd'; readonly heapDistance: number }
  | { readonly op: 'sweepone'; readonly p: number };

/** The arguments of `alloc`. */
export interface AllocOperation {
  readonly op: 'alloc';
  readonly npages: number;
  readonly sizeclass: number;
  readonly large: boolean;
  readonly needzero: boolean;
}

/** The arguments of `free`. */
export interface FreeOperation {
  readonly op: 'free';
  readonly base: number;
  readonly acct: 0 | 1;
  readonly needzero: boolean;
}

/** The arguments of `malloc`; `size` and `scan` are bytes, `scan` at most `size`. */
export interface MallocOperation {
  readonly op: 'malloc';
  readonly p: number;
  readonly size: number;
  readonly needzero: boolean;
  readonly scan: number;
}

/** The name of an operation. */
export type OperationName = Operation['op'];

/** The arguments of each operation, in the order in which traces write them. */
export const OPERATION_ARGUMENTS = {
  alloc: ['large', 'needzero', 'npages', 'sizeclass'],
  free: ['acct', 'base', 'needzero'],
  allocStack: ['npages'],
  freeStack: ['base'],
  tick: ['ns'],
  scavenge: ['limit'],
  freeOSMemory: [],
  query: ['addr'],
  addFinalizer: ['addr', 'id', 'p'],
  removeFinalizer: ['addr', 'p'],
  setProfile: ['addr', 'id', 'p'],
  malloc: ['needzero', 'p', 'scan', 'size'],
  flush: ['p'],
  addProc: [],
  removeProc: ['p'],
  gcStart: [],
  mark: ['addr'],
  gcEnd: ['heapDistance'],
  sweepone: ['p'],
} as const satisfies Record<OperationName, readonly string[]>;

/** What `alloc` gives: the span's base, and whether the heap had to clear its memory. */
export interface AllocResult {
  readonly base: number;
  readonly zeroed: boolean;
}

/** What `allocStack` gives: the span's base. */
export interface AllocStackResult {
  readonly base: number;
}

/** What `malloc` gives: the object's address, and whether its memory had to be cleared. */
export interface MallocResult {
  readonly addr: number;
  readonly zeroed: boolean;
}

/**
 * What `addFinalizer` gives: whether it was added (not where the object had one already), and the base of the object
 * that was scanned for it, where one was added while marking.
 */
export interface AddFinalizerResult {
  readonly added: boolean;
  readonly scanned?: number;
}

/** The answers of all address queries to one address; spans are given by their base. */
export interface QueryResult {
  /** Whether the address lies in a heap span, below its limit (`mheap.go:300`). */
  readonly inheap: boolean;
  /** Like `inheap`, but true for stack spans too (`mheap.go:315`). */
  readonly inHeapOrStack: boolean;
  /** The heap span that the address lies in, below its limit (`mheap.go:817`). */
  readonly lookupMaybe: number | null;
  /** Base and size, in bytes, of the object that the address lies in (`mheap.go:353`). */
  readonly mlookup: readonly [base: number, size: number] | null;
  /** The span of the address (`mheap.go:339`); given only where `inHeapOrStack` is true. */
  readonly spanOf?: number;
}

/**
 * What an operation gave back: nothing, or null where an allocation of a span failed, or its result. A number is what
 * was released, in bytes; the number of a new cache; or the pages that `sweepone` gave back to the heap, -1 where
 * nothing was left to sweep.
 */
export type OperationResult =
  | AllocResult
  | AllocStackResult
  | MallocResult
  | AddFinalizerResult
  | QueryResult
  | number
  | null
  | undefined;
