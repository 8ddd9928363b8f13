import type { Program } from '../programs/program.js';
import type { Heap, HeapFactory, Operation, OperationResult, State, Statistics } from '../spec/index.js';
import {
  complaintsProblem,
  heapProblem,
  MalformedAnswer,
  requireForm,
  resultProblem,
  statisticsProblem,
} from './answers.js';
import { MemoryHost } from './memory/memory-host.js';
import {
  canonicalCalls,
  outcomeError,
  type Claim,
  type Effects,
  type Outcome,
  type OutcomeError,
} from './outcome.js';
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

/** What an operation came to on one heap. */
export interface Ended {
  /** The name of the heap. */
  readonly name: string;
  readonly result: OperationResult;
  readonly error: OutcomeError | undefined;
  /** What that error was made from. */
  readonly thrown: unknown;
  readonly effects: Effects;
  /** Statistics after the operation, and before it. */
  readonly statistics: Statistics;
  readonly statisticsBefore: Statistics;
}

/** Runs operations on a heap at a claim for sweeping; throws the fatal error that one of them ended in. */
export type Guest = (side: Side, claim: Claim) => void;

/** One of the heaps of a lockstep run with its host, and what its last operation came to. */
export class Side implements Ended {
  readonly name: string;
  readonly heap: Heap;
  readonly host: RecordingHost;
  /** The same host, where it watches memory. */
  readonly memory: MemoryHost | undefined;
  /** Comes at every claim; by default nobody does. */
  guest: Guest | undefined = undefined;
  result: OperationResult = undefined;
  error: OutcomeError | undefined = undefined;
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
    this.host.claimListener = (claim) => this.guest?.(this, claim);
    this.heap = this.guarded('when it was made', () => factory.create(program.config, this.host));
    requireForm(this.name, 'heap', heapProblem(this.heap));
    this.statistics = this.readStatistics();
    this.statisticsBefore = this.statistics;
  }

  /** What the last operation did to the host, which writes the next one's over it. */
  get effects(): Effects {
    return this.host;
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
    if (this.error === undefined) this.accept(operation, this.result);
    this.statisticsBefore = this.statistics;
    this.statistics = this.readStatistics();
  }

  /**
   * Performs an operation inside of the one that runs.
   *
   * @throws {@link HeapCrash}, {@link MalformedAnswer} as {@link perform} does.
   */
  performInside(operation: Operation): Ended {
    const statisticsBefore = this.readStatistics();
    return this.host.inside((effects) => {
      this.memory?.before(operation);
      this.attempt(operation);
      const { name, result, error, thrown } = this;
      if (error === undefined) this.accept(operation, result);
      return { name, result, error, thrown, effects, statistics: this.readStatistics(), statisticsBefore };
    });
  }

  /** Performs an operation and keeps its result, of whatever form, or its error. @throws {@link HeapCrash} */
  attempt(operation: Operation): void {
    let result: OperationResult = undefined;
    let error: OutcomeError | undefined = undefined;
    try {
      result = this.heap.perform(operation);
    } catch (thrown) {
      // What went wrong inside of an operation passes through the heap on its way up.
      if (thrown instanceof HeapCrash || thrown instanceof MalformedAnswer) throw thrown;
      error = outcomeError(thrown);
      this.thrown = thrown;
      if (error === undefined) throw new HeapCrash(this.name, 'in an operation', thrown);
    }
    this.result = result;
    this.error = error;
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

  private accept(operation: Operation, result: OperationResult): void {
    requireForm(this.name, 'result', resultProblem(operation, result));
    this.memory?.after(operation, result);
  }

  private guarded<T>(during: string, action: () => T): T {
    try {
      return action();
    } catch (thrown) {
      throw new HeapCrash(this.name, during, thrown);
    }
  }
}

/** An outcome without the names of the heap; its arrays are those of `ended`. */
export function outcomeOf({ result, error, effects }: Ended): Outcome {
  const { sys, clears, prints, finalizers, profiles, claims } = effects;
  const done = { sys: canonicalCalls(sys), clears, prints, finalizers, profiles, claims };
  return error ? { result, error, ...done } : { result, ...done };
}

/** The error of an operation with its stack, if it may be an accident rather than a refusal. */
export function describeError({ error, thrown }: Ended): string {
  if (error === undefined) return 'no error';
  const { kind, message } = error;
  return kind === 'FatalError' ? `${kind}: ${message}` : stackOf(thrown);
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? String(thrown)) : String(thrown);
}
