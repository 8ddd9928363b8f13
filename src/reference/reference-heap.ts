import { FatalError } from '../spec/index.js';
import type {
  Heap,
  HeapConfig,
  HeapFactory,
  Host,
  Operation,
  OperationResult,
  State,
  Statistics,
} from '../spec/index.js';
import { emptyHeap } from './mheap.js';
import type { Mheap } from './mheap.js';
import { prepare } from './operations.js';
import { state } from './state.js';
import { statistics } from './statistics.js';

/**
 * The naive model of the page heap: the specification (`mheap.go`, and what surrounds it) as a program that can be read.
 * Every operation on spans costs time in proportion to their number.
 */
export class ReferenceHeap implements Heap {
  readonly config: HeapConfig;
  private readonly heap: Mheap;
  private death: FatalError | null = null;

  constructor(config: HeapConfig, host: Host) {
    this.config = config;
    this.heap = emptyHeap(config, host);
  }

  perform(operation: Operation): OperationResult {
    if (this.death !== null) throw this.death;
    const { cache, act } = prepare(this.heap, operation);
    this.heap.underWay.push(cache);
    try {
      return act();
    } catch (error) {
      if (error instanceof FatalError) this.death ??= error;
      throw error;
    } finally {
      this.heap.underWay.pop();
    }
  }

  statistics(): Statistics {
    return statistics(this.heap);
  }

  state(): State {
    return state(this.heap);
  }
}

/** Makes reference models. */
export const referenceHeap: HeapFactory = {
  name: 'reference',
  create: (config, host) => new ReferenceHeap(config, host),
};
