import { Command, Option } from 'commander';
import { RecordingHost, type OutcomeError } from '../lockstep/index.js';
import { Bindings, objectHandles, printCommand, turnsAt, turnsOf, type Turn } from '../programs/index.js';
import type { Heap, HeapConfig, HeapFactory, Operation } from '../spec/index.js';
import { performNest, performStep, readTrace, TraceError } from '../traces/index.js';
import type { CommandLine } from './command-line.js';
import { drawHeap, type HeapView } from './draw-heap.js';
import { usageError } from './exit-code.js';
import { formatCount, formatMany } from './format.js';
import { heapOf, heapOption, type HeapName } from './heaps.js';
import { bytesOf, openInput, readProgram, type Input } from './input.js';
import { integerOption } from './options.js';
import { printable } from './printable.js';

interface ShowOptions {
  readonly at?: number;
  readonly heap: HeapName;
  readonly json?: boolean;
}

/** A heap after an operation. */
interface Moment extends HeapView {
  /** The number of that operation. */
  readonly operation: number;
  /** It, as text. */
  readonly last?: string;
  /** What it ended in, where that is an error. */
  readonly error?: string;
}

const HELP = `
Operations count from 1; 0 is the heap before the first. Commands of a program that are skipped, since what they name
was never allocated, are none; those that run inside of others count as they begin, and show the heap in the midst of
the others. A trace's steps count by themselves, with all that is inside of them. The width is the terminal's.

Examples:
  $ heapspec show program.heap
  $ heapspec show golden/pages-mixed-0.jsonl.gz --at 1200 | less
  $ heapspec show program.heap --at 3 --json | jq .state.spans

--json prints one object: {operation, last, error, config, state, statistics}`;

/** The command `heapspec show`. */
export function showCommand(commandLine: CommandLine): Command {
  return new Command('show')
    .description('draw the heap in the midst of a program or a trace')
    .argument('<file>', 'a program or a trace, - for standard input')
    .addOption(
      new Option('--at <n>', 'after that operation (default: the last)').argParser(
        integerOption(0, Number.MAX_SAFE_INTEGER),
      ),
    )
    .addOption(heapOption())
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (path: string, options: ShowOptions) => {
      const input = await openInput(path);
      const moment = await momentOf(input, heapOf(options.heap), options.at);
      show(moment, input, options, commandLine);
    });
}

async function momentOf(input: Input, factory: HeapFactory, at = Infinity): Promise<Moment> {
  const { moment, operations } =
    input.kind === 'trace' ? await replayUpTo(at, input, factory) : await runUpTo(at, input, factory);
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

async function runUpTo(at: number, input: Input, factory: HeapFactory): Promise<Found> {
  const program = await readProgram(input);
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
        if (operation !== null) numbers.set(one, numbers.size + 1);
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

async function replayUpTo(at: number, input: Input, factory: HeapFactory): Promise<Found> {
  let config: HeapConfig | undefined;
  let heap: Heap | undefined;
  let host = new RecordingHost();
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
      const { error } = performStep({ name: factory.name, heap, host }, record);
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

function show(moment: Moment, input: Input, options: ShowOptions, { terminal }: CommandLine): void {
  const { config, operation, last, error, state, statistics } = moment;
  if (options.json === true) {
    terminal.printJson({ operation, last: last ?? null, error: error ?? null, config, state, statistics });
    return;
  }
  const { colours } = terminal;
  const when =
    last === undefined ? 'before the first operation' : `after operation ${formatCount(operation)}, ${last}`;
  terminal.print(`${colours.bold(input.name)} on ${options.heap}, ${printable(when)}`);
  if (error !== undefined) terminal.print(colours.red(printable(`It ended in ${error}`)));
  terminal.print(`\n${drawHeap({ config, state, statistics }, terminal.columns, colours).join('\n')}`);
}
