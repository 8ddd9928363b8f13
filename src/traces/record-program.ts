import {
  heapProblem,
  RecordingHost,
  requireFactory,
  requireForm,
  stateProblem,
  statisticsProblem,
  type Outcome,
} from '../lockstep/index.js';
import {
  Bindings,
  checkOptions,
  FUNCTION,
  NUMBER,
  requireProgram,
  TEXT,
  turnsOf,
  type OptionKinds,
  type Program,
} from '../programs/index.js';
import type { HeapFactory } from '../spec/index.js';
import { performTurn, type PerformedCommand } from './perform-nest.js';
import { levelOf } from './trace-level.js';
import type { TraceProvenance } from './trace.js';
import { isRefused, TraceWriter, type LineSink } from './trace-writer.js';

/** How a program is recorded. */
export interface RecordProgramOptions extends TraceProvenance {
  /** A state is written after every so many steps, and one at the end; 0 for no states at all. By default 100. */
  readonly statesEvery?: number;
  /**
   * Called before each operation, those inside of others among them, with its number (from 1), in the order in which
   * they begin, and the index of its command (from 0). So one who watches from another thread knows where it is.
   */
  readonly onOperation?: (operation: number, commandIndex: number) => void;
}

/** What a recording holds. */
export interface RecordReport {
  /** Lines of the trace, the header among them. */
  readonly lines: number;
  /** Operations that ran by themselves. */
  readonly steps: number;
  /** Operations that ran inside of others. */
  readonly nested: number;
  /** Operations that the heap performed in all: those of the trace, and those that it refused. */
  readonly operations: number;
  readonly states: number;
  /** Commands that were skipped, because the handle that they name was never made, or their claim never came. */
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
  onOperation: FUNCTION,
};

/**
 * Runs a program on a new heap and writes the trace of it, line by line.
 *
 * Misuse that a heap refuses with a RangeError or TypeError has no place in a trace and is left out. A fatal error is
 * the last line of its trace: no state follows it, and what is left of the program is not run. The level is `objects`
 * where the program has a command of that level, whether or not it comes to run.
 *
 * @throws RangeError where more than {@link MAX_NESTING} operations ran inside of each other.
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
  checkArguments(program, factory, sink);
  checkOptions<RecordProgramOptions>('recordProgram', options, KINDS);
  const { statesEvery = 100, onOperation, ...provenance } = options;
  checkStatesEvery(statesEvery);
  const host = new RecordingHost({ script: program.host });
  const heap = factory.create(program.config, host);
  const level = levelOf(program.commands.map(({ op }) => op));
  requireForm(factory.name, 'heap', heapProblem(heap));
  const writer = new TraceWriter(sink, program.config, { level, host: program.host, ...provenance });
  const bindings = new Bindings();
  const turns = turnsOf(program.commands);
  let skipped = 0;
  let refused = 0;
  let nested = 0;
  let operations = 0;
  let reached = 0;
  let stateAt = 0;

  const finish = (endedBy?: string): RecordReport => {
    const { lines, steps, states } = writer;
    const counts = { lines, steps, nested, operations, states, skipped, refused };
    return { ...counts, ...(endedBy !== undefined && { endedBy }) };
  };

  const writeState = (): void => {
    const state = heap.state();
    requireForm(factory.name, 'state', stateProblem(state));
    writer.state(state);
  };
  const writeStep = ({ operation, outcome }: PerformedCommand): boolean => {
    const statistics = heap.statistics();
    requireForm(factory.name, 'statistics', statisticsProblem(statistics));
    requireSoundClaims(factory.name, outcome);
    return writer.step(operation, outcome, statistics);
  };

  for (const [number, turn] of turns.entries()) {
    const done = performTurn({ name: factory.name, heap, host }, bindings, turn, (index) => {
      operations++;
      onOperation?.(operations, index);
    });
    const last = done.at(-1);
    const written = last !== undefined && writeStep(last);
    const refusals = done.filter(({ outcome }) => isRefused(outcome)).length;
    refused += refusals;
    if (written) nested += done.length - refusals - 1;
    if (last?.outcome.error?.kind === 'FatalError') return finish(last.outcome.error.message);
    const next = turns.at(number + 1)?.index ?? program.commands.length;
    skipped += next - reached - done.length;
    reached = next;
    if (statesEvery > 0 && writer.steps > stateAt && writer.steps % statesEvery === 0) {
      writeState();
      stateAt = writer.steps;
    }
  }
  if (statesEvery > 0 && stateAt < writer.steps) writeState();
  return finish();
}

function checkArguments(program: Program, factory: HeapFactory, sink: unknown): void {
  requireProgram('recordProgram', program);
  requireFactory('recordProgram', 'factory', factory);
  if (typeof sink !== 'function') {
    throw new TypeError('recordProgram needs a function that takes the lines of the trace');
  }
}

function checkStatesEvery(statesEvery: number): void {
  if (Number.isSafeInteger(statesEvery) && statesEvery >= 0) return;
  throw new RangeError(`statesEvery must be an integer of at least 0, not ${statesEvery}`);
}

/** Checks the form of the statistics at claims and behind operations inside. */
function requireSoundClaims(heap: string, { claims }: Outcome): void {
  for (const { statistics, steps } of claims) {
    requireForm(heap, 'statistics', statisticsProblem(statistics));
    for (const step of steps) {
      requireSoundClaims(heap, step.outcome);
      requireForm(heap, 'statistics', statisticsProblem(step.statistics));
    }
  }
}
