/**
 * What a heap stands on: all that it knows of the world, and all that it does to it. Offsets are bytes from the
 * start of the arena. A heap calls its host in the course of {@link Heap.perform} only.
 */
export interface Host {
  /** The clock, in ns; it starts at 1 (`nanotime`). */
  nanotime(): number;
  /** Lets the clock go on by `ns` nanoseconds: the operation `tick`. */
  tick(ns: number): void;
  /** Maps fresh, zeroed memory at the end of what is mapped, and says whether it did (`sysMap`). */
  sysMap(offset: number, bytes: number): boolean;
  /** Released memory is about to be used again (`sysUsed`). */
  sysUsed(offset: number, bytes: number): void;
  /** Memory is not needed for now: its content may be kept or zeroed, page by page (`sysUnused`). */
  sysUnused(offset: number, bytes: number): void;
  /** Clears memory (`memclrNoHeapPointers`). */
  clear(offset: number, bytes: number): void;
  /**
   * A span has just been claimed for sweeping: its `sweepgen` is one behind the heap's, and nothing of it is swept yet.
   * The host may run whole operations now, on caches that are not in the midst of one, with {@link Heap.perform}; it
   * must let a fatal error of theirs through, and throw nothing else. Not in the course of `gcStart` and `gcEnd`, where
   * the world is stopped.
   *
   * @param base - of the span
   */
  spanClaimed(base: number): void;
  /** A finalizer is queued for running, with the address and the id that it was added with (`queuefinalizer`). */
  queueFinalizer(addr: number, id: number): void;
  /** An object with a heap profile record was freed: the record's id, and the object's size in bytes (`mProf_Free`). */
  profileFree(id: number, size: number): void;
  /** A line, with its line feed, that the runtime would print to standard error. */
  print(text: string): void;
  /** Whether scavenging prints its trace lines (`debug.gctrace`). */
  readonly gctrace: boolean;
}
