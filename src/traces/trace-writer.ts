import type { Outcome } from '../lockstep/index.js';
import {
  initialStatistics,
  STATISTIC_NAMES,
  type HeapConfig,
  type Operation,
  type State,
  type StatisticName,
  type Statistics,
} from '../spec/index.js';
import type { HostScript } from '../programs/index.js';
import { printRecord } from './print-record.js';
import type { TraceProvenance } from './trace.js';

/** Takes the lines of a trace one by one, without their line feeds. */
export type LineSink = (line: string) => void;

/** What the header of a written trace says. */
export interface TraceWriterOptions extends TraceProvenance {
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
  private statistics: Statistics;
  private ended = false;

  constructor(
    private readonly sink: LineSink,
    config: HeapConfig,
    options: TraceWriterOptions = {},
  ) {
    const { host, ...provenance } = options;
    this.statistics = initialStatistics(config.procs);
    this.write(printRecord({ kind: 'header', level: 'pages', config, ...(host && { host }), provenance }));
  }

  /**
   * Writes a step, unless the heap refused the operation with a RangeError or TypeError: such misuse changes nothing
   * and has no place in a trace.
   *
   * @param statistics - The heap's, right after the operation.
   * @returns whether the step was written.
   * @throws Error where the trace has ended in a fatal error.
   */
  step(operation: Operation, outcome: Outcome, statistics: Statistics): boolean {
    this.checkOpen();
    if (outcome.error !== undefined && outcome.error.kind !== 'FatalError') return false;
    const stats = changes(this.statistics, statistics);
    this.write(
      printRecord({
        kind: 'step',
        operation,
        result: outcome.result,
        ...(outcome.error && { throw: outcome.error.message }),
        sys: outcome.sys,
        stats,
      }),
    );
    this.statistics = statistics;
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

  private checkOpen(): void {
    if (this.ended) throw new Error('nothing follows a fatal error in a trace');
  }

  private write(line: string): void {
    this.sink(line);
    this.lines++;
  }
}

function changes(before: Statistics, after: Statistics): Partial<Record<StatisticName, number>> {
  const changed: Partial<Record<StatisticName, number>> = {};
  for (const name of STATISTIC_NAMES) if (before[name] !== after[name]) changed[name] = after[name];
  return changed;
}
