import type { SysCall } from '../lockstep/index.js';
import type { HostScript } from '../programs/index.js';
import type { HeapConfig, Operation, OperationResult, State, StatisticName } from '../spec/index.js';

/** What the header of every trace says of its format. */
export const TRACE_FORMAT = 'pageheap-trace';

/** The version of the format that is read and written here. */
export const TRACE_VERSION = 1;

/** Where a trace comes from, as far as its header tells; nothing depends on it. */
export interface TraceProvenance {
  /** The seed of whatever made the operations. */
  readonly seed?: number;
  /** The kind of operations that it made. */
  readonly style?: string;
  /** The heap that was recorded. */
  readonly source?: string;
}

/** The first record of a trace: what heap to make. */
export interface TraceHeader {
  readonly kind: 'header';
  /** The name of the trace for reports: the file's, where it came from one. */
  readonly file: string;
  readonly line: number;
  /** What the trace is about: page-level operations alone. */
  readonly level: 'pages';
  readonly config: HeapConfig;
  /** What the host of the recorded heap did of its own accord; left out where it refused nothing. */
  readonly host?: HostScript;
  readonly provenance: TraceProvenance;
}

/** One operation with all that it did. */
export interface TraceStep {
  readonly kind: 'step';
  readonly line: number;
  readonly operation: Operation;
  /** What it gave back: undefined where it gives nothing or ended in a fatal error, null where an allocation failed. */
  readonly result: OperationResult;
  /** The message of the fatal error that it ended in; nothing follows such a step. */
  readonly throw?: string;
  /** Calls to the operating system about the arena, sorted by name, then offset. */
  readonly sys: readonly SysCall[];
  /** The new values of the statistics that differ from those at the record before. */
  readonly stats: Readonly<Partial<Record<StatisticName, number>>>;
}

/** The whole observable heap after the steps before it. */
export interface TraceState {
  readonly kind: 'state';
  readonly line: number;
  readonly state: State;
}

/** One line of a trace. Lines count from 1, the header's. */
export type TraceRecord = TraceHeader | TraceStep | TraceState;
