import type { FreedProfile, QueuedFinalizer, SysCall } from '../lockstep/index.js';
import type { HostScript } from '../programs/index.js';
import type { HeapConfig, Operation, OperationResult, State, StatisticName } from '../spec/index.js';
import type { TraceLevel } from './trace-level.js';

/** What the header of every trace says of its format. */
export const TRACE_FORMAT = 'pageheap-trace';

/** The version of the format that is read and written here. */
export const TRACE_VERSION = 1;

/**
 * Operations that run inside of each other in a trace, from the one at a claim of a step inwards, at most: what reads
 * and replays a trace goes as deep as they do.
 */
export const MAX_NESTING = 64;

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
  readonly level: TraceLevel;
  readonly config: HeapConfig;
  /** What the host of the recorded heap did of its own accord; left out where it refused nothing. */
  readonly host?: HostScript;
  readonly provenance: TraceProvenance;
}

/** One operation with all that it did, whether by itself or inside of another one. */
export interface TraceOperation {
  readonly operation: Operation;
  /** What it gave back: undefined where it gives nothing or ended in a fatal error, null where an allocation failed. */
  readonly result: OperationResult;
  /** The message of the fatal error that it ended in; nothing follows such a step. */
  readonly throw?: string;
  /** The moments at which a span had just been claimed for sweeping, in order. */
  readonly claims: readonly TraceClaim[];
  /** Calls to the operating system about the arena, sorted by name, then offset. */
  readonly sys: readonly SysCall[];
  /** Finalizers that were queued for running, in order. */
  readonly finalizers: readonly QueuedFinalizer[];
  /** Objects with a profile record that were freed, in order. */
  readonly profiles: readonly FreedProfile[];
  /** The new values of the statistics that differ from those at the record before. */
  readonly stats: ChangedStatistics;
}

/** A moment within a step at which a span had just been claimed for sweeping. */
export interface TraceClaim {
  /** The base of the span, in bytes from the start of the arena. */
  readonly span: number;
  /** The new values of the statistics that differ from those at the record before. */
  readonly stats: ChangedStatistics;
  /** The operations that ran, whole, at that moment. */
  readonly steps: readonly TraceOperation[];
}

/** Some statistics with new values. */
export type ChangedStatistics = Readonly<Partial<Record<StatisticName, number>>>;

/** An operation that ran by itself, with all that it did. */
export interface TraceStep extends TraceOperation {
  readonly kind: 'step';
  readonly line: number;
}

/** The whole observable heap after the steps before it. */
export interface TraceState {
  readonly kind: 'state';
  readonly line: number;
  readonly state: State;
}

/** One line of a trace. Lines count from 1, the header's. */
export type TraceRecord = TraceHeader | TraceStep | TraceState;
