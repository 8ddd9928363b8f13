import type { Claim, Outcome } from '../lockstep/index.js';
import type { HostScript } from '../programs/index.js';
import {
  initialStatistics,
  STATISTIC_NAMES,
  type HeapConfig,
  type Operation,
  type State,
  type StatisticName,
  type Statistics,
} from '../spec/index.js';
import { printRecord } from './print-record.js';
import { belongsTo, type TraceLevel } from './trace-level.js';
import {
  MAX_NESTING,
  type ChangedStatistics,
  type TraceClaim,
  type TraceOperation,
  type TraceProvenance,
} from './trace.js';

/** Takes the lines of a trace one by one, without their line feeds. */
export type LineSink = (line: string) => void;

/** What the header of a written trace says. */
export interface TraceWriterOptions extends TraceProvenance {
  /** What the trace is about; by default `pages`, page-level operations alone. */
  readonly level?: TraceLevel;
  /** What the recorded heap's host does of its own accord; by default it refuses nothing. */
  readonly host?: HostScript;
}

/**
 * Writes a trace of any heap, line by line: its header at once, then what its user saw the heap do. Steps must come
 * in the order in which they happened, each with the statistics right after it.
 */
export class TraceWriter {
  /** Lines written so far, the header among them. */
  lines = 0;
  /** Steps written so far. */
  steps = 0;
  /** States written so far. */
  states = 0;
  private readonly level: TraceLevel;
  /** At the end of what was written last. */
  private statistics: Statistics;
  private ended = false;

  constructor(
    private readonly sink: LineSink,
    config: HeapConfig,
    options: TraceWriterOptions = {},
  ) {
    const { host, level = 'pages', ...provenance } = options;
    this.level = level;
    this.statistics = initialStatistics(config.procs);
    this.write(printRecord({ kind: 'header', level, config, ...(host && { host }), provenance }));
  }

  /**
   * Writes a step with all that ran inside of it, unless the heap refused the operation with a RangeError or TypeError:
   * such misuse changes nothing and has no place in a trace, inside of another operation neither.
   *
   * @param outcome - As `performObserved` gives it, with the statistics at each claim.
   * @param statistics - The heap's, right after the operation.
   * @returns whether the step was written.
   * @throws Error where the trace has ended in a fatal error.
   * @throws TypeError where a trace of its level has no such operation, or a claim is without statistics.
   * @throws RangeError where more than {@link MAX_NESTING} operations ran inside of each other.
   */
  step(operation: Operation, outcome: Outcome, statistics: Statistics): boolean {
    this.checkOpen();
    if (isRefused(outcome)) return false;
    const before = this.statistics;
    let line: string;
    try {
      line = printRecord({ kind: 'step', ...this.traced(operation, outcome, statistics, 0) });
    } catch (error) {
      this.statistics = before;
      throw error;
    }
    this.write(line);
    this.steps++;
    this.ended = outcome.error !== undefined;
    return true;
  }

  /**
   * Writes the heap's state.
   *
   * @throws Error where the trace has ended in a fatal error.
   */
  state(state: State): void {
    this.checkOpen();
    this.write(printRecord({ kind: 'state', state }));
    this.states++;
  }

  /** An operation inside of `depth` others as a trace has it; called in the order in which operations end. */
  private traced(
    operation: Operation,
    outcome: Outcome,
    statistics: Statistics,
    depth: number,
  ): TraceOperation {
    if (!belongsTo(this.level, operation.op)) {
      throw new TypeError(`a trace of the level "${this.level}" has no operation ${operation.op}`);
    }
    if (depth > MAX_NESTING) {
      throw new RangeError(`a trace has at most ${MAX_NESTING} operations inside of each other`);
    }
    const { result, error, sys, finalizers, profiles } = outcome;
    const claims = outcome.claims.map((claim) => this.tracedClaim(claim, depth));
    const stats = this.changesTo(statistics);
    return {
      operation,
      result,
      ...(error && { throw: error.message }),
      claims,
      sys,
      finalizers,
      profiles,
      stats,
    };
  }

  private tracedClaim({ span, statistics, steps }: Claim, depth: number): TraceClaim {
    if (statistics === undefined) throw new TypeError('a claim has no statistics that could be written');
    const stats = this.changesTo(statistics);
    const written = steps.filter(({ outcome }) => !isRefused(outcome));
    return {
      span,
      stats,
      steps: written.map((step) => this.traced(step.operation, step.outcome, step.statistics, depth + 1)),
    };
  }

  private changesTo(statistics: Statistics): ChangedStatistics {
    const changed: Partial<Record<StatisticName, number>> = {};
    for (const name of STATISTIC_NAMES) {
      if (this.statistics[name] !== statistics[name]) changed[name] = statistics[name];
    }
    this.statistics = statistics;
    return changed;
  }

  private checkOpen(): void {
    if (this.ended) throw new Error('nothing follows a fatal error in a trace');
  }

  private write(line: string): void {
    this.sink(line);
    this.lines++;
  }
}

/** Whether a heap refused an operation: such misuse has no place in a trace. */
export function isRefused({ error }: Outcome): boolean {
  return error !== undefined && error.kind !== 'FatalError';
}
