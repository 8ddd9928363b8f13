import { Command, Option } from 'commander';
import { performObserved, RecordingHost } from '../lockstep/index.js';
import { Bindings, printCommand } from '../programs/index.js';
import type { Heap, HeapConfig, HeapFactory, Operation } from '../spec/index.js';
import { readTrace, TraceError } from '../traces/index.js';
import type { CommandLine } from './command-line.js';
import { drawHeap } from './draw-heap.js';
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

/** A heap after some operations. */
interface Moment {
  readonly heap: Heap;
  readonly config: HeapConfig;
  /** Operations that were performed. */
  readonly operation: number;
  /** The last of them, as text. */
  readonly last?: string;
  /** What it ended in, where that is an error. */
  readonly error?: string;
}

const HELP = `
Operations count from 1; 0 is the heap before the first. Commands of a program that are skipped, since what they name
was never allocated, are none. The width is the terminal's.

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
  const moment =
    input.kind === 'trace' ? await replayUpTo(at, input, factory) : await runUpTo(at, input, factory);
  if (at !== Infinity && moment.operation < at) {
    const there = `there ${moment.operation === 1 ? 'is' : 'are'} only ${formatMany(moment.operation, 'operation')}`;
    throw usageError(`${input.name} can't be shown after operation ${at}: ${there}`);
  }
  return moment;
}

async function runUpTo(at: number, input: Input, factory: HeapFactory): Promise<Moment> {
  const program = await readProgram(input);
  const host = new RecordingHost({ script: program.host });
  const bindings = new Bindings();
  let moment: Moment = { heap: factory.create(program.config, host), config: program.config, operation: 0 };
  for (const command of program.commands) {
    if (moment.operation >= at) break;
    const operation = bindings.resolve(command);
    if (operation === null) continue;
    const outcome = performObserved(moment.heap, host, operation);
    bindings.bind(command, outcome.result);
    moment = after(moment, printCommand(command), outcome.error);
    if (outcome.error?.kind === 'FatalError') break;
  }
  return moment;
}

async function replayUpTo(at: number, input: Input, factory: HeapFactory): Promise<Moment> {
  let moment: Moment | undefined;
  let host = new RecordingHost();
  try {
    for await (const record of readTrace(bytesOf(input.source, input.name), { name: input.name })) {
      if (record.kind === 'header') {
        const { config } = record;
        host = new RecordingHost(record.host && { script: record.host });
        moment = { heap: factory.create(config, host), config, operation: 0 };
      }
      if (moment === undefined || moment.operation >= at) break;
      if (record.kind !== 'step') continue;
      const { error } = performObserved(moment.heap, host, record.operation);
      moment = after(moment, describe(record.operation), error);
    }
  } catch (error) {
    if (error instanceof TraceError) throw usageError(error.message);
    throw error;
  }
  if (moment === undefined) throw usageError(`${input.name} holds no trace`);
  return moment;
}

function after(
  { heap, config, operation }: Moment,
  last: string,
  error: { readonly kind: string; readonly message: string } | undefined,
): Moment {
  const ended = error && `${error.kind}: ${error.message}`;
  return { heap, config, operation: operation + 1, last, ...(ended !== undefined && { error: ended }) };
}

function describe({ op, ...rest }: Operation): string {
  return [op, ...Object.entries(rest).map(([name, value]) => `${name}=${String(value)}`)].join(' ');
}

function show(moment: Moment, input: Input, options: ShowOptions, { terminal }: CommandLine): void {
  const { heap, config, operation, last, error } = moment;
  const state = heap.state();
  const statistics = heap.statistics();
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
