import { tmpdir } from 'node:os';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { Command, Option } from 'commander';
import type { RecordReport } from '../traces/index.js';
import type { CommandLine } from './command-line.js';
import { EXIT, incompleteError } from './exit-code.js';
import { formatMany } from './format.js';
import { heapOption, type HeapName } from './heaps.js';
import { openInput, STANDARD } from './input.js';
import { onInterrupt } from './interrupt.js';
import { integerOption, timeoutOption } from './options.js';
import { checkOutput, writeFileWhole } from './output-file.js';
import { printable, printableLine } from './printable.js';
import { Progress } from './progress.js';
import { placeOf, runAlone } from './run-alone.js';
import { Spool } from './spool.js';
import { isSystemError, reasonOf } from './system-error.js';

interface RecordOptions {
  readonly output: string;
  readonly force?: boolean;
  readonly heap: HeapName;
  readonly states: number;
  /** In ms. */
  readonly timeout: number;
  readonly json?: boolean;
}

const HELP = `
The trace says of each operation what it gave and what it did, and now and then the whole state. Misuse that a heap
refuses has no place in a trace and is left out; a fatal error ends it. The file appears when it is complete.

Ends with 0: written; 1: the heap hangs; 2: the program can't be read, or the file exists already; 3: interrupted, or
it could not be written.

Examples:
  $ heapspec record program.heap -o program.jsonl.gz
  $ heapspec record program.heap --heap reference --states 1 | less
  $ heapspec record program.heap | heapspec replay -

--json prints one object, for which -o is needed:
  {file, heap, lines, steps, nested, operations, states, skipped, refused, endedBy}`;

/** The command `heapspec record`. */
export function recordCommand(commandLine: CommandLine): Command {
  const command = new Command('record');
  return command
    .description('run a program on a heap and write the trace of it')
    .argument('<program>', 'a program, - for standard input')
    .option(
      '-o, --output <file>',
      'where to: compressed if the name ends in .gz, - for standard output',
      STANDARD,
    )
    .option('-f, --force', 'replace that file if there is one')
    .addOption(heapOption())
    .addOption(
      new Option('--states <n>', 'a state after every n operations, and one at the end; 0 for none')
        .argParser(integerOption(0, Number.MAX_SAFE_INTEGER))
        .default(100),
    )
    .addOption(timeoutOption())
    .option('--json', 'print one JSON object about the trace')
    .addHelpText('after', HELP)
    .action(async (path: string, options: RecordOptions) => {
      if (options.json === true && options.output === STANDARD) {
        command.error('error: --json needs a file for the trace: -o FILE', { exitCode: EXIT.usage });
      }
      await record(path, options, commandLine);
    });
}

/** Records it in a worker: so a heap that hangs can be ended, and Ctrl-C is heard. */
async function record(path: string, options: RecordOptions, commandLine: CommandLine): Promise<void> {
  const { output, heap, states, timeout, force = false } = options;
  const toFile = output !== STANDARD;
  if (toFile) await checkOutput(output, { force });
  const input = await openInput(path);
  const spool = makeSpool(tmpdir());
  const { terminal } = commandLine;
  const progress = new Progress(terminal);
  const interruption = new AbortController();
  const release = onInterrupt(() => interruption.abort());
  const undone = toFile ? `${printableLine(output)} is not written` : 'nothing is written';
  try {
    const report = await runAlone(
      { kind: 'record', input, heap, states, file: spool.file },
      {
        path: path === STANDARD ? undefined : path,
        patience: timeout,
        signal: interruption.signal,
        undone,
        onSight: (at) => progress.update(() => `recording ${placeOf(input, at)}`),
      },
    );
    progress.clear();
    if (toFile) {
      await writeFileWhole(output, { force }, async (write) => {
        for await (const chunk of compressedFor(output, spool)) {
          if (interruption.signal.aborted) throw incompleteError(`interrupted while writing: ${undone}`);
          await write(chunk);
        }
      });
    } else {
      // While somebody reads slowly nobody would hear of Ctrl-C: it ends this as it ends any program that writes.
      release();
      if (!(await terminal.stdout.writeAll(spool.read()))) {
        commandLine.exitCode = EXIT.incomplete;
        return;
      }
    }
    tell(report, options, commandLine);
  } finally {
    release();
    progress.clear();
    spool.close();
  }
}

function makeSpool(folder: string): Spool {
  try {
    return new Spool(folder);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw incompleteError(`cannot write in ${printableLine(folder)}: ${reasonOf(error)}`);
  }
}

function compressedFor(output: string, spool: Spool): AsyncIterable<Uint8Array> {
  const lines = Readable.from(spool.read(), { objectMode: false });
  return output.endsWith('.gz') ? lines.pipe(createGzip()) : lines;
}

function tell(report: RecordReport, { output, heap, json }: RecordOptions, { terminal }: CommandLine): void {
  if (json === true) {
    terminal.printJson({ file: output, heap, ...report, endedBy: report.endedBy ?? null });
    return;
  }
  const { operations, states, skipped, refused, endedBy } = report;
  const parts = [`${formatMany(operations, 'operation')} on ${heap}, ${formatMany(states, 'state')}`];
  if (skipped > 0) {
    parts.push(
      `${formatMany(skipped, 'command')} skipped, since what they name was never allocated or their claim never came`,
    );
  }
  if (refused > 0) parts.push(`${formatMany(refused, 'command')} left out, since the heap refused them`);
  if (endedBy !== undefined) parts.push(`ended by "${printable(endedBy)}"`);
  const where = output === STANDARD ? '' : `${printableLine(output)}: `;
  terminal.note(`${where}${parts.join('; ')}`);
}
