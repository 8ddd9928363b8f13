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
  | { readonly op: 'setProfile'; readonly p: number; readonly addr: number; readonly id: number };

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

/** What `addFinalizer` gives: false where the object had a finalizer already. */
export interface AddFinalizerResult {
  readonly added: boolean;
}

/** The answers of all address queries to one address; spans are given by their base. */
export interface QueryResult {
  /** Whether the address lies in a heap span, below its limit (`mheap.go:300`). */
  readonly inheap: boolean;
  /** Like `inheap`, but true for stack spans too (`mheap.go:314`). */
  readonly inHeapOrStack: boolean;
  /** The heap span that the address lies in, below its limit (`mheap.go:817`). */
  readonly lookupMaybe: number | null;
  /** Base and size, in bytes, of the object that the address lies in (`mheap.go:353`). */
  readonly mlookup: readonly [base: number, size: number] | null;
  /** The span of the address (`mheap.go:339`); given only where `inHeapOrStack` is true. */
  readonly spanOf?: number;
}

/** What an operation gave back: nothing, or null where an allocation failed, or its result. */
export type OperationResult =
  AllocResult | AllocStackResult | AddFinalizerResult | QueryResult | number | null | undefined;
