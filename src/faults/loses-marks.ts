import type { MallocResult, Operation, OperationResult } from '../spec/index.js';
import type { Fault } from './fault.js';
import { behind, HeapBehind } from './heap-behind.js';

/** Does nothing, or throws where the heap is dead. */
const NOTHING: Operation = { op: 'tick', ns: 0 };

/** Marks objects by pointers to their start only, as long as they have not been through a cycle. */
class LosesMarks extends HeapBehind {
  #marking = false;
  /** Bytes of the objects allocated since the last cycle, by their address. All of them live: to mark one is in order. */
  readonly #young = new Map<number, number>();

  override perform(operation: Operation): OperationResult {
    const result = this.heap.perform(this.#loseMark(operation));
    if (operation.op === 'malloc' && isMallocResult(result)) this.#young.set(result.addr, operation.size);
    if (operation.op === 'gcStart') this.#marking = true;
    if (operation.op === 'gcEnd') {
      this.#marking = false;
      this.#young.clear();
    }
    return result;
  }

  /** The fault. */
  #loseMark(operation: Operation): Operation {
    return operation.op === 'mark' && this.#marking && this.#pointsInside(operation.addr)
      ? NOTHING
      : operation;
  }

  #pointsInside(pointer: number): boolean {
    for (const [addr, bytes] of this.#young) if (pointer > addr && pointer < addr + bytes) return true;
    return false;
  }
}

function isMallocResult(result: OperationResult): result is MallocResult {
  return typeof result === 'object' && result !== null && 'addr' in result;
}

/**
 * An object lives on if anything points into it, be it not to its first byte. The fault shows in the marks of a span, in
 * `heap_live` after the cycle, in what is swept, and as a live object whose place is given to another one.
 */
export const losesMarks: Fault = {
  name: 'loses-marks',
  part: 'marking',
  what: 'does not mark an object of the first cycle of its life by a pointer behind its first byte',
  plant: behind(LosesMarks),
};
