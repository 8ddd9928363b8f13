import {
  heapProblem,
  performObserved,
  RecordingHost,
  requireFactory,
  requireForm,
  resultProblem,
  stateProblem,
  statisticsProblem,
} from '../lockstep/index.js';
import {
  Bindings,
  checkOptions,
  NUMBER,
  requireProgram,
  TEXT,
  type OptionKinds,
  type Program,
} from '../programs/index.js';
import type { HeapFactory } from '../spec/index.js';
import type { TraceProvenance } from './trace.js';
import { TraceWriter, type LineSink } from './trace-writer.js';

/** How a program is recorded. */
export interface RecordProgramOptions extends TraceProvenance {
  /** A state is written after every so many steps, and one at the end; 0 for no states at all. By default 100. */
  readonly statesEvery?: number;
}

/** What a recording holds. */
export interface RecordReport {
  /** Lines of the trace, the header among them. */
  readonly lines: number;
  readonly steps: number;
  readonly states: number;
  /** Commands that were skipped, because the handle that they name was never made. */
  readonly skipped: number;
  /** Commands that the heap refused with a RangeError or TypeError: they change nothing and are left out. */
  readonly refused: number;
  /** The message of the fatal error that the run ended in. */
  readonly endedBy?: string;
}

const KINDS: OptionKinds<RecordProgramOptions> = {
  statesEvery: NUMBER,
  seed: NUMBER,
  style: TEXT,
  source: TEXT,
};

/**
 * Runs a program on a new heap and writes the trace of it, line by line.
 *
 * Misuse that a heap refuses with a RangeError or TypeError has no place in a trace and is left out. A fatal error is
 * the last line of its trace: no state follows it, and what is left of the program is not run.
 *
 * @throws RangeError where `statesEvery` is no integer of at least 0.
 * @throws TypeError where `program` is no program, `factory` no heap factory, or an option is unknown or of the wrong kind.
 * @throws Error where the heap gives what has not the form that it must have; the message says what and where.
 */
export function recordProgram(
  program: Program,
  factory: HeapFactory,
  sink: LineSink,
  options: RecordProgramOptions = {},
): RecordReport {
  requireProgram('recordProgram', program);
  requireFactory('recordProgram', 'factory', factory);
  if (typeof sink !== 'function') {
    throw new TypeError('recordProgram needs a function that takes the lines of the trace');
  }
  checkOptions<RecordProgramOptions>('recordProgram', options, KINDS);
  const { statesEvery = 100, ...provenance } = options;
  if (!Number.isSafeInteger(statesEvery) || statesEvery < 0) {
    throw new RangeError(`statesEvery must be an integer of at least 0, not ${statesEvery}`);
  }
  const host = new RecordingHost({ script: program.host });
  const heap = factory.create(program.config, host);
  requireForm(factory.name, 'heap', heapProblem(heap));
  const writer = new TraceWriter(sink, program.config, { host: program.host, ...provenance });
  const bindings = new Bindings();
  let skipped = 0;
  let refused = 0;
  let stateAt = 0;

  const finish = (endedBy?: string): RecordReport => {
    const { lines, steps, states } = writer;
    return { lines, steps, states, skipped, refused, ...(endedBy !== undefined && { endedBy }) };
  };

  const writeState = (): void => {
    const state = heap.state();
    requireForm(factory.name, 'state', stateProblem(state));
    writer.state(state);
  };

  for (const command of program.commands) {
    const operation = bindings.resolve(command);
    if (operation === null) {
      skipped++;
      continue;
    }
    const outcome = performObserved(heap, host, operation);
    if (!outcome.error) requireForm(factory.name, 'result', resultProblem(operation, outcome.result));
    bindings.bind(command, outcome.result);
    const statistics = heap.statistics();
    requireForm(factory.name, 'statistics', statisticsProblem(statistics));
    if (!writer.step(operation, outcome, statistics)) refused++;
    else if (outcome.error) return finish(outcome.error.message);
    else if (statesEvery > 0 && writer.steps % statesEvery === 0) {
      writeState();
      stateAt = writer.steps;
    }
  }
  if (statesEvery > 0 && stateAt < writer.steps) writeState();
  return finish();
}
