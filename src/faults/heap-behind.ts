import type {
  Heap,
  HeapConfig,
  HeapFactory,
  Operation,
  OperationResult,
  State,
  Statistics,
} from '../spec/index.js';

/** A heap behind a caller who passes everything on as it is: what a fault is planted in. */
export abstract class HeapBehind implements Heap {
  readonly config: HeapConfig;
  readonly audit?: () => readonly string[];

  constructor(protected readonly heap: Heap) {
    this.config = heap.config;
    if (heap.audit) this.audit = () => heap.audit?.() ?? [];
  }

  perform(operation: Operation): OperationResult {
    return this.heap.perform(operation);
  }

  statistics(): Statistics {
    return this.heap.statistics();
  }

  state(): State {
    return this.heap.state();
  }
}

/** Plants a caller in front of every heap that a factory makes. */
export function behind(Caller: new (heap: Heap) => Heap): (heaps: HeapFactory) => HeapFactory {
  return (heaps) => ({
    name: heaps.name,
    create: (config, host) => new Caller(heaps.create(config, host)),
  });
}
