import { Command, Option } from 'commander';
import type { CommandLine } from './command-line.js';
import { heapOption, type HeapName } from './heaps.js';
import { openInput, STANDARD } from './input.js';
import { onInterrupt } from './interrupt.js';
import { integerOption, timeoutOption } from './options.js';
import { Progress } from './progress.js';
import { placeOf, runAlone } from './run-alone.js';

interface ShowOptions {
  readonly at?: number;
  readonly heap: HeapName;
  /** In ms. */
  readonly timeout: number;
  readonly json?: boolean;
}

const HELP = `
Operations count from 1; 0 is the heap before the first. Commands of a program that are skipped, since what they name
was never allocated, are none; those that run inside of others count as they begin, and show the heap in the midst of
the others. A trace's steps count by themselves, with all that is inside of them. The width is the terminal's.

Ends with 0: shown; 1: the heap hangs; 2: the file can't be read, or has no such operation; 3: interrupted.

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
    .addOption(timeoutOption())
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action((path: string, options: ShowOptions) => show(path, options, commandLine));
}

/** Shows it in a worker: so a heap that hangs can be ended, and Ctrl-C is heard. */
async function show(
  path: string,
  { heap, at, timeout, json }: ShowOptions,
  { terminal }: CommandLine,
): Promise<void> {
  const input = await openInput(path);
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const progress = new Progress(terminal);
  const { columns, colours } = terminal;
  const form = json === true ? 'json' : { columns, coloured: colours.isColorSupported };
  try {
    const text = await runAlone(
      { kind: 'show', input, heap, at, form },
      {
        path: path === STANDARD ? undefined : path,
        patience: timeout,
        signal: interruption.signal,
        undone: 'nothing is shown',
        onSight: (sight) => progress.update(() => `showing ${placeOf(input, sight)}`),
      },
    );
    progress.clear();
    terminal.print(text);
  } finally {
    release();
    progress.clear();
  }
}
