import type { Program } from '../programs/program.js';
import type { Heap, HeapFactory, Operation, OperationResult, State, Statistics } from '../spec/index.js';
import { complaintsProblem, heapProblem, requireForm, resultProblem, statisticsProblem } from './answers.js';
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

  /**
   * @throws {@link HeapCrash} where the heap can't be made.
   * @throws {@link MalformedAnswer} where what is made is no heap.
   */
  constructor(factory: HeapFactory, program: Program, watchMemory: boolean) {
    const options = { script: program.host };
    this.name = factory.name;
    this.memory = watchMemory ? new MemoryHost(program.config, options) : undefined;
    this.host = this.memory ?? new RecordingHost(options);
    this.heap = this.guarded('when it was made', () => factory.create(program.config, this.host));
    requireForm(this.name, 'heap', heapProblem(this.heap));
    this.statistics = this.readStatistics();
    this.statisticsBefore = this.statistics;
  }

  /**
   * Performs an operation and keeps what comes of it.
   *
   * @throws {@link HeapCrash} where the heap does not end it as a heap may.
   * @throws {@link MalformedAnswer} where its result or its statistics have not the form that they must have.
   */
  perform(operation: Operation): void {
    this.host.reset();
    this.memory?.before(operation);
    this.attempt(operation);
    if (this.error === undefined) {
      requireForm(this.name, 'result', resultProblem(operation, this.result));
      this.memory?.after(operation, this.result);
    }
    this.statisticsBefore = this.statistics;
    this.statistics = this.readStatistics();
  }

  /** Performs an operation and keeps its result, of whatever form, or its error. @throws {@link HeapCrash} */
  attempt(operation: Operation): void {
    this.result = undefined;
    this.error = undefined;
    try {
      this.result = this.heap.perform(operation);
    } catch (thrown) {
      this.error = outcomeError(thrown);
      this.thrown = thrown;
      if (this.error === undefined) throw new HeapCrash(this.name, 'in an operation', thrown);
    }
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

  /** The heap's state, whose form is not yet checked. @throws {@link HeapCrash} */
  state(): State {
    return this.guarded('when asked for its state', () => this.heap.state());
  }

  /** @throws {@link HeapCrash}, {@link MalformedAnswer} */
  audit(): readonly string[] {
    const complaints = this.guarded('in its audit', () => (this.heap.audit ? this.heap.audit() : []));
    requireForm(this.name, 'audit', complaintsProblem(complaints));
    return complaints;
  }

  /** @throws {@link HeapCrash}, {@link MalformedAnswer} */
  readStatistics(): Statistics {
    let statistics: Statistics;
    try {
      statistics = this.heap.statistics();
    } catch (thrown) {
      throw new HeapCrash(this.name, 'when asked for its statistics', thrown);
    }
    requireForm(this.name, 'statistics', statisticsProblem(statistics));
    return statistics;
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
