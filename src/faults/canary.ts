import { referenceHeap } from '../reference/index.js';
import type {
  AllocResult,
  Heap,
  HeapConfig,
  HeapFactory,
  Host,
  Operation,
  OperationResult,
  State,
  Statistics,
} from '../spec/index.js';

/** Spans of up to this many pages are freed by the canary as they should be. */
export const CANARY_SPARES_PAGES = 4;

/** Commands of the smallest program that shows the fault: an allocation, and a free that tells of dirt. */
export const CANARY_LEAST_COMMANDS = 2;

/** What is wrong with the canary, in a sentence. */
export const CANARY_FAULT = `forgets that a freed heap span of more than ${CANARY_SPARES_PAGES} pages is dirty`;

/**
 * The canary: the reference heap with one planted fault. Every verification has to find it; one that does not is
 * blind, and what it says of other heaps is worth nothing. It is built on the reference, beside which it is judged: so
 * the fault is all that there is to find, and no real fault of another heap can be taken for it or hide it.
 *
 * A span that its user has written to is dirty when it comes back (`needzero`), and must be cleared before it is
 * given out as zeroed. The canary loses that mark for spans of more than {@link CANARY_SPARES_PAGES} pages. The fault
 * shows in the state after such a free (`needzero`), in a later outcome (`zeroed`), and as dirty memory that was
 * promised to be zero: so the comparison of heaps, the golden traces and the memory checks can each find it alone.
 */
export const canaryHeap: HeapFactory = {
  name: 'canary',
  create: (config, host) => new CanaryHeap(config, host),
};

/** The reference heap behind a caller that forgets dirt. */
class CanaryHeap implements Heap {
  readonly config: HeapConfig;
  readonly #heap: Heap;
  /** Pages of each heap span that was allocated and not yet freed, by its base in bytes. */
  readonly #pages = new Map<number, number>();

  constructor(config: HeapConfig, host: Host) {
    this.config = config;
    this.#heap = referenceHeap.create(config, host);
  }

  perform(operation: Operation): OperationResult {
    const result = this.#heap.perform(this.#forgetDirt(operation));
    if (operation.op === 'alloc' && isAllocResult(result)) this.#pages.set(result.base, operation.npages);
    if (operation.op === 'free') this.#pages.delete(operation.base);
    return result;
  }

  statistics(): Statistics {
    return this.#heap.statistics();
  }

  state(): State {
    return this.#heap.state();
  }

  /** The fault. */
  #forgetDirt(operation: Operation): Operation {
    if (operation.op !== 'free' || !operation.needzero) return operation;
    const npages = this.#pages.get(operation.base) ?? 0;
    return npages > CANARY_SPARES_PAGES ? { ...operation, needzero: false } : operation;
  }
}

function isAllocResult(result: OperationResult): result is AllocResult {
  return typeof result === 'object' && result !== null && 'zeroed' in result;
}
