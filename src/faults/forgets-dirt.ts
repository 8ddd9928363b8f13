import type { AllocResult, Operation, OperationResult } from '../spec/index.js';
import type { Fault } from './fault.js';
import { behind, HeapBehind } from './heap-behind.js';

/** Spans of up to this many pages are freed by the canary as they should be. */
export const CANARY_SPARES_PAGES = 4;

/** Forgets the dirt of spans of more than {@link CANARY_SPARES_PAGES} pages. */
class ForgetsDirt extends HeapBehind {
  /** Pages of each heap span that was allocated and not yet freed, by its base in bytes. */
  readonly #pages = new Map<number, number>();

  override perform(operation: Operation): OperationResult {
    const result = this.heap.perform(this.#forgetDirt(operation));
    if (operation.op === 'alloc' && isAllocResult(result)) this.#pages.set(result.base, operation.npages);
    if (operation.op === 'free') this.#pages.delete(operation.base);
    return result;
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

/**
 * A span that its user has written to is dirty when it comes back (`needzero`, `mheap.go:243`), and must be cleared
 * before it is given out as zeroed. The fault shows in the state after such a free (`needzero`), in a later outcome
 * (`zeroed`), and as dirty memory that was promised to be zero.
 */
export const forgetsDirt: Fault = {
  name: 'forgets-dirt',
  part: 'spans',
  what: `forgets that a freed heap span of more than ${CANARY_SPARES_PAGES} pages is dirty`,
  plant: behind(ForgetsDirt),
};
