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
import type { Beacon, Errand } from './beacon.js';

/**
 * The same heap, which tells a beacon of every call.
 *
 * @param number - What the beacon is to call it.
 */
export function watchedHeap(factory: HeapFactory, number: number, beacon: Beacon): HeapFactory {
  return {
    name: factory.name,
    create: (config, host) => new WatchedHeap(factory, number, beacon, config, host),
  };
}

class WatchedHeap implements Heap {
  readonly config: HeapConfig;
  readonly audit?: () => readonly string[];
  readonly #number: number;
  readonly #beacon: Beacon;
  readonly #heap: Heap;
  /** The operation that was performed last; a query within the same one, but for one inside of it, only asks. */
  #performed = 0;
  /** What the heap is at; it may be called again from within. */
  #errand: Errand | undefined;
  /** Where the operation was begun that is under way, the innermost one. */
  #place: { readonly operation: number; readonly index: number } | undefined;

  constructor(factory: HeapFactory, number: number, beacon: Beacon, config: HeapConfig, host: Host) {
    this.#number = number;
    this.#beacon = beacon;
    this.#heap = this.#tell('create', () => factory.create(config, host));
    this.config = this.#heap.config;
    const heap = this.#heap;
    if (heap.audit) this.audit = () => this.#tell('audit', () => heap.audit?.() ?? []);
  }

  perform(operation: Operation): OperationResult {
    const around = this.#place;
    const place = { operation: this.#beacon.operation, index: this.#beacon.index };
    const again = place.operation === this.#performed && this.#errand === undefined;
    const errand = again && operation.op === 'query' ? 'ask' : 'perform';
    this.#place = place;
    try {
      return this.#tell(errand, () => this.#heap.perform(operation));
    } finally {
      this.#performed = place.operation;
      this.#place = around;
      if (around) this.#beacon.place(around.operation, around.index);
    }
  }

  statistics(): Statistics {
    return this.#tell('statistics', () => this.#heap.statistics());
  }

  state(): State {
    return this.#tell('state', () => this.#heap.state());
  }

  #tell<T>(errand: Errand, call: () => T): T {
    const around = this.#errand;
    this.#errand = errand;
    this.#beacon.enter(this.#number, errand);
    try {
      return call();
    } finally {
      this.#errand = around;
      if (around === undefined) this.#beacon.leave();
      else this.#beacon.enter(this.#number, around);
    }
  }
}
