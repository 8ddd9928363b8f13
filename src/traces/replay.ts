import {
  diffStates,
  heapProblem,
  RecordingHost,
  requireFactory,
  requireForm,
  stateProblem,
  type Difference,
} from '../lockstep/index.js';
import {
  initialStatistics,
  type Heap,
  type HeapFactory,
  type Operation,
  type Statistics,
} from '../spec/index.js';
import { StepReplay, under, type NestedPlace } from './replay-step.js';
import { checkOptions, describeValue, FUNCTION, type OptionKinds } from '../programs/index.js';
import { messageOf, TraceError } from './trace-error.js';
import type { TraceHeader, TraceRecord, TraceState, TraceStep } from './trace.js';

/** The first line of a trace with which a heap disagrees. */
export interface TraceMismatch {
  /** The name of the trace. */
  readonly file: string;
  /** Counted from 1, the header's. */
  readonly line: number;
  /** The name of the heap. */
  readonly heap: string;
  /** The number of the step, counted from 1 without those inside of others; for a state, of the last one before it. */
  readonly operation: number;
  /** That step's operation; left out where none has been performed. */
  readonly performed?: Operation;
  /** The operation inside of that one which differs or broke down, with its place; left out where it is that one. */
  readonly nested?: NestedPlace;
  /**
   * What was compared: a step, a state, or nothing, since the heap broke down: it threw, or gave, what it must not, or
   * did not come back. The last one only somebody in another thread can see: `replayTrace` itself does not come back.
   */
  readonly kind: 'step' | 'state' | 'crash' | 'hang';
  /** What the heap broke down with, or did not come back from. */
  readonly crash?: string;
  /**
   * All that differs at the first place that does: paths begin with `ret`, `throw`, `claims`, `sys`, `finalizers`,
   * `profiles`, `stats` or `state`, and lead into steps inside, as in `claims[2].steps[0].ret`. A claim that there is
   * not, or that there should not be, differs as a whole.
   */
  readonly differences: readonly Difference[];
}

/** How a trace is replayed. */
export interface ReplayTraceOptions {
  /**
   * Called before each operation, those inside of others among them, with its number (from 1), in the order in which
   * they begin, and its line (from 1). So one who watches from another thread knows where it is.
   */
  readonly onOperation?: (operation: number, line: number) => void;
}

const KINDS: OptionKinds<ReplayTraceOptions> = { onOperation: FUNCTION };

/** What a replay found. */
export interface ReplayReport {
  /** The name of the trace. */
  readonly file: string;
  /** The name of the heap. */
  readonly heap: string;
  /** Lines that were checked, the header and a line that differs among them. */
  readonly lines: number;
  /** Steps that were performed and compared, without those inside of others. */
  readonly steps: number;
  /** Operations that were begun: steps, and those inside of others. */
  readonly operations: number;
  /** States that were compared. */
  readonly states: number;
  /** The fatal error that the trace ends in, where the heap ended in it too. */
  readonly endedBy?: string;
  /** The first line with which the heap disagrees; left out where it agrees with all. */
  readonly mismatch?: TraceMismatch;
}

/**
 * Runs the steps of a trace on a new heap, those inside of others at the claims where the trace has them, and compares
 * each one's result, fatal error, claims, calls to the operating system, finalizers, profiles, and all statistics, also
 * those at each claim, with what the trace says, and every state in full. Stops at the first line that differs.
 *
 * @param records - A whole trace, as `readTrace` gives it.
 * @throws {@link TraceError} where the records are no trace: no header first, a second one, a record behind a fatal
 *   error, or not one step, so that nothing was checked; and whatever reading them throws.
 * @throws TypeError where `records` can't be gone through, `factory` is no heap factory, or an option is unknown or of the wrong kind.
 */
export async function replayTrace(
  records: AsyncIterable<TraceRecord> | Iterable<TraceRecord>,
  factory: HeapFactory,
  options: ReplayTraceOptions = {},
): Promise<ReplayReport> {
  requireRecords(records);
  requireFactory('replayTrace', 'factory', factory);
  checkOptions<ReplayTraceOptions>('replayTrace', options, KINDS);
  let replay: Replay | undefined;
  for await (const record of records) {
    if (record.kind === 'header') {
      if (replay) throw misplaced(replay.header.file, record, 'a step or a state');
      replay = new Replay(record, factory, options);
    } else {
      if (!replay) throw misplaced('<records>', record, 'a header');
      replay.take(record);
    }
    if (replay.mismatch) return replay.report();
  }
  if (!replay) throw new TraceError({ file: '<records>', line: 0, expected: 'a header', found: 'nothing' });
  if (replay.steps === 0) {
    const { file } = replay.header;
    throw new TraceError({
      file,
      line: 0,
      expected: 'at least one step',
      found: 'none: nothing was checked',
    });
  }
  return replay.report();
}

function requireRecords(records: unknown): void {
  const found = Object(records) as { [Symbol.iterator]?: unknown; [Symbol.asyncIterator]?: unknown };
  const iterable = found[Symbol.asyncIterator] ?? found[Symbol.iterator];
  if (typeof iterable === 'function' && typeof records !== 'string') return;
  throw new TypeError(
    `replayTrace needs the records of a trace, as readTrace gives them, not ${describeValue(records)}`,
  );
}

function misplaced(file: string, { kind, line }: TraceRecord, expected: string): TraceError {
  return new TraceError({ file, line, expected, found: `a ${kind}` });
}

/** One heap on its way through one trace. */
class Replay {
  steps = 0;
  operations = 0;
  states = 0;
  mismatch?: TraceMismatch;
  private lines = 1;
  private endedBy?: string;
  private performed?: Operation;
  /** The step that is under way. */
  private stepReplay?: StepReplay | undefined;
  private readonly host: RecordingHost;
  /** Undefined where it could not be made: a mismatch, behind which nothing is taken. */
  private readonly heap: Heap | undefined;
  /** As the trace says. */
  private readonly statistics: Statistics;

  constructor(
    readonly header: TraceHeader,
    private readonly factory: HeapFactory,
    private readonly options: ReplayTraceOptions,
  ) {
    this.host = new RecordingHost(header.host ? { script: header.host } : {});
    this.statistics = initialStatistics(header.config.procs);
    this.heap = this.guarded(header, () => {
      const heap = factory.create(header.config, this.host);
      requireForm(factory.name, 'heap', heapProblem(heap));
      return heap;
    });
  }

  take(record: TraceStep | TraceState): void {
    if (this.endedBy !== undefined) {
      throw misplaced(this.header.file, record, 'no record behind a fatal error');
    }
    this.lines++;
    if (record.kind === 'step') this.step(record);
    else this.state(record);
  }

  report(): ReplayReport {
    const { lines, steps, operations, states, endedBy, mismatch } = this;
    return {
      file: this.header.file,
      heap: this.factory.name,
      lines,
      steps,
      operations,
      states,
      ...(endedBy !== undefined && { endedBy }),
      ...(mismatch && { mismatch }),
    };
  }

  private step(record: TraceStep): void {
    this.steps++;
    this.performed = record.operation;
    this.compare(record, (heap) => {
      const run = { name: this.factory.name, heap, host: this.host };
      this.stepReplay = new StepReplay(run, this.statistics, () => {
        this.operations++;
        this.options.onOperation?.(this.operations, record.line);
      });
      return this.stepReplay.run(record);
    });
    this.stepReplay = undefined;
    if (record.throw !== undefined && !this.mismatch) this.endedBy = record.throw;
  }

  private state(record: TraceState): void {
    this.states++;
    this.compare(record, (heap) => {
      const state = heap.state();
      requireForm(this.factory.name, 'state', stateProblem(state));
      return under('state', diffStates(record.state, state));
    });
  }

  private compare(
    record: TraceStep | TraceState,
    differencesOf: (heap: Heap) => readonly Difference[],
  ): void {
    const { heap } = this;
    if (!heap) return;
    const differences = this.guarded(record, () => differencesOf(heap)) ?? [];
    if (differences.length > 0) this.mismatch = this.mismatchAt(record, record.kind, { differences });
  }

  /** Does something with the heap, and makes a mismatch of any error that it throws. */
  private guarded<T>(record: TraceRecord, action: () => T): T | undefined {
    try {
      return action();
    } catch (error) {
      this.mismatch = this.mismatchAt(record, 'crash', { crash: messageOf(error), differences: [] });
      return undefined;
    }
  }

  private mismatchAt(
    { line }: TraceRecord,
    kind: TraceMismatch['kind'],
    found: Pick<TraceMismatch, 'crash' | 'differences'>,
  ): TraceMismatch {
    const nested = this.stepReplay?.nested;
    return {
      file: this.header.file,
      line,
      heap: this.factory.name,
      operation: this.steps,
      ...(this.performed && { performed: this.performed }),
      ...(nested && { nested }),
      kind,
      ...found,
    };
  }
}
