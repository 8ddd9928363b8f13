import type { Program } from '../programs/program.js';
import type { Heap, HeapFactory, Operation, OperationResult, State, Statistics } from '../spec/index.js';
import { MemoryHost } from './memory/memory-host.js';
import { canonicalCalls, outcomeError, type Outcome, type OutcomeError } from './outcome.js';
import { RecordingHost } from './recording-host.js';

/** A heap threw what no heap may throw. */
export class HeapCrash extends Error {
  override readonly name = 'HeapCrash';
  /** The name of the heap. */
  readonly heap: string;

  constructor(heap: string, during: string, thrown: unknown) {
    super(`${heap} crashed ${during}: ${stackOf(thrown)}`, { cause: thrown });
    this.heap = heap;
  }
}

/** One of the heaps of a lockstep run with its host, and what its last operation came to. */
export class Side {
  readonly name: string;
  readonly heap: Heap;
  readonly host: RecordingHost;
  /** The same host, where it watches memory. */
  readonly memory: MemoryHost | undefined;
  result: OperationResult = undefined;
  /** The error of the last operation. */
  error: OutcomeError | undefined = undefined;
  /** What that error was made from. */
  thrown: unknown = undefined;
  /** Statistics after the last operation, and before it. */
  statistics: Statistics;
  statisticsBefore: Statistics;

  /** @throws {@link HeapCrash} where the heap can't be made. */
  constructor(factory: HeapFactory, program: Program, watchMemory: boolean) {
    const options = { script: program.host };
    this.name = factory.name;
    this.memory = watchMemory ? new MemoryHost(program.config, options) : undefined;
    this.host = this.memory ?? new RecordingHost(options);
    this.heap = this.guarded('when it was made', () => factory.create(program.config, this.host));
    this.statistics = this.readStatistics();
    this.statisticsBefore = this.statistics;
  }

  /** Performs an operation and keeps what comes of it. @throws {@link HeapCrash} */
  perform(operation: Operation): void {
    this.host.reset();
    this.memory?.before(operation);
    this.result = undefined;
    this.error = undefined;
    try {
      this.result = this.heap.perform(operation);
    } catch (thrown) {
      this.error = outcomeError(thrown);
      this.thrown = thrown;
      if (this.error === undefined) throw new HeapCrash(this.name, 'in an operation', thrown);
    }
    if (this.error === undefined) this.memory?.after(operation, this.result);
    this.statisticsBefore = this.statistics;
    this.statistics = this.readStatistics();
  }

  /** What the last operation came to; its arrays are the host's own and are filled anew by the next operation. */
  outcome(): Outcome {
    const { result, error, host } = this;
    const { clears, prints, finalizers, profiles, claims } = host;
    const effects = { sys: canonicalCalls(host.sys), clears, prints, finalizers, profiles, claims };
    return error ? { result, error, ...effects } : { result, ...effects };
  }

  /** The error of the last operation with its stack, if it may be an accident rather than a refusal. */
  describeError(): string {
    if (this.error === undefined) return 'no error';
    const { kind, message } = this.error;
    return kind === 'FatalError' ? `${kind}: ${message}` : stackOf(this.thrown);
  }

  /** @throws {@link HeapCrash} */
  state(): State {
    return this.guarded('when asked for its state', () => this.heap.state());
  }

  /** @throws {@link HeapCrash} */
  audit(): readonly string[] {
    return this.guarded('in its audit', () => this.heap.audit?.() ?? []);
  }

  private readStatistics(): Statistics {
    try {
      return this.heap.statistics();
    } catch (thrown) {
      throw new HeapCrash(this.name, 'when asked for its statistics', thrown);
    }
  }

  private guarded<T>(during: string, action: () => T): T {
    try {
      return action();
    } catch (thrown) {
      throw new HeapCrash(this.name, during, thrown);
    }
  }
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
}
