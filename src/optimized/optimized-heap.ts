import type { Heap, HeapFactory, Operation, OperationResult, State, Statistics } from '../spec/index.js';
import { audit } from './audit.js';
import { perform } from './perform.js';
import { PlainMethods } from './plain-methods.js';
import { state } from './state.js';
import { statistics } from './statistics.js';

/**
 * The fast heap: spans, caches and bits in a few typed arrays, free spans found through bitmaps and a search tree. Its
 * methods take and give plain numbers; {@link OptimizedHeap.perform} is a thin layer over them.
 */
export class OptimizedHeap extends PlainMethods implements Heap {
  perform(operation: Operation): OperationResult {
    return perform(this, this.parts, operation);
  }

  statistics(): Statistics {
    return statistics(this.parts);
  }

  state(): State {
    return state(this.parts);
  }

  audit(): readonly string[] {
    return audit(this.parts);
  }
}

/** Makes optimized heaps. */
export const optimizedHeap: HeapFactory = {
  name: 'optimized',
  create: (config, host) => new OptimizedHeap(config, host),
};
