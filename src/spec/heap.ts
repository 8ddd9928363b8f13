import type { HeapConfig } from './config.js';
import type { Host } from './host.js';
import type { Operation, OperationResult } from './operation.js';
import type { State } from './state.js';
import type { Statistics } from './statistics.js';

/** A page heap, as everything above the two implementations sees it. */
export interface Heap {
  readonly config: HeapConfig;

  /**
   * Performs one operation and gives its result.
   *
   * Arguments are checked before anything changes, in the order of their mention in {@link Operation}. May be called
   * again by the host while an operation is under way, see {@link Host.spanClaimed}.
   *
   * @throws {@link FatalError} where the runtime would stop; from then on every operation throws it again.
   * @throws TypeError where an argument is missing or of the wrong type, or the operation is unknown.
   * @throws RangeError where a number is not an integer or out of range, names no span, cache or live object, or names
   *   a cache that is in the midst of an operation; also where the operation has no place now: `gcStart` while marking,
   *   `mark` and `gcEnd` otherwise, `gcStart` or `gcEnd` inside of another operation, and anything that would have to
   *   wait for a span that is being swept.
   */
  perform(operation: Operation): OperationResult;

  /** The counters, as a fresh object; can be read of a dead heap too. */
  statistics(): Statistics;

  /** The whole observable heap, as fresh plain data; can be read of a dead heap too. */
  state(): State;

  /**
   * Checks the structures that the heap keeps redundantly (list links, bitmaps, indexes) and names, a sentence
   * each, what is broken; a heap that keeps none has no audit.
   */
  audit?(): readonly string[];
}

/** A way to make heaps, under a name for reports. */
export interface HeapFactory {
  readonly name: string;
  create(config: HeapConfig, host: Host): Heap;
}
