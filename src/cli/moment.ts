import { RecordingHost, type OutcomeError } from '../lockstep/index.js';
import { Bindings, objectHandles, printCommand, turnsAt, turnsOf, type Turn } from '../programs/index.js';
import type { Heap, HeapConfig, HeapFactory, Operation } from '../spec/index.js';
import { performNest, performStep, readTrace, TraceError } from '../traces/index.js';
import type { Beacon } from './beacon.js';
import { drawHeap, type HeapView } from './draw-heap.js';
import { usageError } from './exit-code.js';
import { formatCount, formatMany } from './format.js';
import { bytesOf, readProgram, type Input } from './input.js';
import { printable } from './printable.js';
import type { Colours } from './terminal.js';

/** A heap after an operation. */
export interface Moment extends HeapView {
  /** The number of that operation. */
  readonly operation: number;
  /** It, as text. */
  readonly last?: string;
  /** What it ended in, where that is an error. */
  readonly error?: string;
}

/**
 * Runs a program or replays a trace on a heap.
 *
 * @param at - The number of the operation after which the heap is wanted; by default of the last.
 * @param beacon - Is told of each operation.
 * @throws CliError where the input is neither program nor trace, or there is no such operation.
 */
export async function momentOf(
  input: Input,
  factory: HeapFactory,
  beacon: Beacon,
  at = Infinity,
): Promise<Moment> {
  const { moment, operations } =
    input.kind === 'trace'
      ? await replayUpTo(at, input, factory, beacon)
      : await runUpTo(at, input, factory, beacon);
  if (at !== Infinity && operations < at) {
    const there = `there ${operations === 1 ? 'is' : 'are'} only ${formatMany(operations, 'operation')}`;
    throw usageError(`${input.name} can't be shown after operation ${at}: ${there}`);
  }
  return moment;
}

/** What was found, and how many operations were begun on the way. */
interface Found {
  readonly moment: Moment;
  readonly operations: number;
}

async function runUpTo(at: number, input: Input, factory: HeapFactory, beacon: Beacon): Promise<Found> {
  const program = await readProgram(input);
  beacon.expect(program.commands.length);
  const { config } = program;
  const host = new RecordingHost({ script: program.host });
  const heap = factory.create(config, host);
  const bindings = new Bindings();
  const objects = objectHandles(program.commands);
  const numbers = new Map<Turn, number>();
  let last: Ending = { operation: 0 };
  let moment: Moment | undefined;
  for (const turn of turnsOf(program.commands)) {
    if (numbers.size >= at || last.fatal === true) break;
    performNest({ name: factory.name, heap, host }, turn, {
      operationOf: (one) => {
        const operation = bindings.resolve(one.command);
        if (operation === null) return null;
        numbers.set(one, numbers.size + 1);
        beacon.place(numbers.size, one.index);
        return operation;
      },
      inside: (around, index) => turnsAt(around, index + 1),
      performed: (one, _operation, outcome) => {
        if (outcome.error === undefined) bindings.bind(one.command, outcome.result);
        last = ending(numbers.get(one) ?? 0, printCommand(one.command, objects), outcome.error);
        if (last.operation === at) moment = momentAfter(last, heap, config);
      },
    });
  }
  return { moment: moment ?? momentAfter(last, heap, config), operations: numbers.size };
}

async function replayUpTo(at: number, input: Input, factory: HeapFactory, beacon: Beacon): Promise<Found> {
  let config: HeapConfig | undefined;
  let heap: Heap | undefined;
  let host = new RecordingHost();
  /** Operations begun, those inside of others too. */
  let begun = 0;
  let last: Ending = { operation: 0 };
  try {
    for await (const record of readTrace(bytesOf(input.source, input.name), { name: input.name })) {
      if (record.kind === 'header') {
        config = record.config;
        host = new RecordingHost(record.host && { script: record.host });
        heap = factory.create(config, host);
      }
      if (heap === undefined || last.operation >= at) break;
      if (record.kind !== 'step') continue;
      const { error } = performStep({ name: factory.name, heap, host }, record, () => {
        begun++;
        beacon.place(begun, record.line);
      });
      last = ending(last.operation + 1, describe(record.operation), error);
    }
  } catch (error) {
    if (error instanceof TraceError) throw usageError(error.message);
    throw error;
  }
  if (heap === undefined || config === undefined) throw usageError(`${input.name} holds no trace`);
  return { moment: momentAfter(last, heap, config), operations: last.operation };
}

/** How the last operation ended. */
interface Ending {
  readonly operation: number;
  readonly last?: string;
  readonly error?: string;
  readonly fatal?: boolean;
}

function ending(operation: number, last: string, error: OutcomeError | undefined): Ending {
  if (error === undefined) return { operation, last };
  return { operation, last, error: `${error.kind}: ${error.message}`, fatal: error.kind === 'FatalError' };
}

function momentAfter({ operation, last, error }: Ending, heap: Heap, config: HeapConfig): Moment {
  return {
    operation,
    ...(last !== undefined && { last }),
    ...(error !== undefined && { error }),
    config,
    state: heap.state(),
    statistics: heap.statistics(),
  };
}

function describe({ op, ...rest }: Operation): string {
  return [op, ...Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`)].join(' ');
}

/** A moment for machines. */
export function momentJson({ operation, last, error, config, state, statistics }: Moment): string {
  return JSON.stringify({
    operation,
    last: last ?? null,
    error: error ?? null,
    config,
    state,
    statistics,
  });
}

/**
 * A moment for a person.
 *
 * @param input - What was run.
 * @param heap - The name of the heap.
 * @param columns - The width, in characters.
 */
export function renderMoment(
  moment: Moment,
  input: Input,
  heap: string,
  columns: number,
  colours: Colours,
): string {
  const { operation, last, error } = moment;
  const when =
    last === undefined ? 'before the first operation' : `after operation ${formatCount(operation)}, ${last}`;
  return [
    `${colours.bold(input.name)} on ${heap}, ${printable(when)}`,
    ...(error === undefined ? [] : [colours.red(printable(`It ended in ${error}`))]),
    '',
    ...drawHeap(moment, columns, colours),
  ].join('\n');
}
