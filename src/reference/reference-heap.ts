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
import { alloc, allocStack } from './allocating.js';
import { address, cacheNumber, flag, integer, natural, pageCount, sizeClass, spanAt } from './arguments.js';
import { free, freeStack } from './freeing.js';
import { emptyHeap } from './page-heap.js';
import type { PageHeap } from './page-heap.js';
import { query } from './queries.js';
import { freeOSMemory, scavenge } from './scavenging.js';
import { addFinalizer, removeFinalizer, setProfile } from './specials.js';
import { state } from './state.js';
import { statistics } from './statistics.js';

/**
 * The naive model of the page heap: the specification (`mheap.go`) as a program that can be read. Every operation
 * costs time in proportion to the number of spans.
 */
export class ReferenceHeap implements Heap {
  readonly config: HeapConfig;
  private readonly heap: PageHeap;
  private death: FatalError | null = null;

  constructor(config: HeapConfig, host: Host) {
    this.config = config;
    this.heap = emptyHeap(config, host);
  }

  perform(operation: Operation): OperationResult {
    if (this.death !== null) throw this.death;
    try {
      return perform(this.heap, operation);
    } catch (error) {
      if (error instanceof FatalError) this.death = error;
      throw error;
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

/** Checks the arguments of an operation, then performs it. */
function perform(h: PageHeap, operation: Operation): OperationResult {
  switch (operation.op) {
    case 'alloc':
      return alloc(h, {
        npages: pageCount(operation.npages),
        sizeclass: sizeClass(operation.sizeclass),
        large: flag('large', operation.large),
        needzero: flag('needzero', operation.needzero),
      });
    case 'free': {
      const span = spanAt(h, operation.base);
      const acct = integer('acct', operation.acct, 0, 1);
      const dirty = flag('needzero', operation.needzero);
      if (span.state === 'stack') {
        throw new RangeError(`the span at ${span.base} holds stacks: use freeStack`);
      }
      if (dirty) span.needzero = 1;
      free(h, span, acct);
      return undefined;
    }
    case 'allocStack':
      return allocStack(h, pageCount(operation.npages));
    case 'freeStack': {
      const span = spanAt(h, operation.base);
      if (span.state === 'inuse') throw new RangeError(`the span at ${span.base} is a heap span: use free`);
      freeStack(h, span);
      return undefined;
    }
    case 'tick':
      h.host.tick(integer('ns', operation.ns, 0, Number.MAX_SAFE_INTEGER - h.host.nanotime()));
      return undefined;
    case 'scavenge':
      return scavenge(h, natural('limit', operation.limit));
    case 'freeOSMemory':
      return freeOSMemory(h);
    case 'query':
      return query(h, operation.addr === undefined ? undefined : address(operation.addr));
    case 'addFinalizer':
      cacheNumber(h, operation.p);
      return addFinalizer(h, address(operation.addr), natural('id', operation.id));
    case 'removeFinalizer':
      cacheNumber(h, operation.p);
      removeFinalizer(h, address(operation.addr));
      return undefined;
    case 'setProfile':
      cacheNumber(h, operation.p);
      setProfile(h, address(operation.addr), natural('id', operation.id));
      return undefined;
    default:
      throw new TypeError(`unknown operation ${String((operation as { op?: unknown }).op)}`);
  }
}
