import { Command } from 'commander';
import { renderDivergence, type Divergence } from '../lockstep/index.js';
import {
  readTrace,
  renderMismatch,
  replayTrace,
  TraceError,
  type ReplayReport,
  type TraceMismatch,
} from '../traces/index.js';
import { checkProgram } from './checking.js';
import type { CommandLine } from './command-line.js';
import { CliError, describeDefect, EXIT, usageError, worstExitCode, type ExitCode } from './exit-code.js';
import { shellQuoted } from './finding.js';
import { formatDuration, formatMany } from './format.js';
import { heapChoiceOption, heapOf, heapsOf, lockstepHeaps, type HeapChoice } from './heaps.js';
import { openInput, readProgram, STANDARD, type Input } from './input.js';
import { printable, printableLine } from './printable.js';
import { Progress } from './progress.js';

interface ReplayOptions {
  readonly heap: HeapChoice;
  readonly json?: boolean;
}

/** What came of one file. */
interface FileResult {
  readonly file: string;
  readonly exitCode: ExitCode;
  readonly kind?: Input['kind'];
  readonly heaps?: readonly string[];
  /** Operations that every heap performed. */
  readonly operations?: number;
  /** States that were compared on every heap. */
  readonly states?: number;
  readonly milliseconds: number;
  /** Of each heap that differs from the trace. */
  readonly mismatches?: readonly TraceMismatch[];
  readonly divergence?: Divergence;
  /** What is wrong, for a person. */
  readonly report?: string;
  /** Why the file could not be read. */
  readonly error?: string;
}

const HELP = `
A trace (.jsonl or .jsonl.gz, told by its content) is replayed on each heap: every result, effect, statistic and state
must be as it says. A program (.heap) runs on the heaps in lockstep, its memory checked too. Both may be compressed by
gzip. - is standard input.
All files are run, whatever becomes of the others, with a line for each.

Ends with 0: everything agreed; 1: something did not; 2: a file can't be read or is neither trace nor program. Where a
heap differs from one file and another can't be read, it is 1.

Examples:
  $ heapspec replay golden/pages-mixed-0.jsonl.gz
  $ heapspec replay --heap optimized heapspec-finding-*.heap
  $ zcat trace.jsonl.gz | heapspec replay -

--json prints one object a line for each file:
  {file, ok, exitCode, kind, heaps, operations, states, milliseconds, mismatches | divergence | error}`;

/** The command `heapspec replay`. */
export function replayCommand(commandLine: CommandLine): Command {
  return new Command('replay')
    .description('replay traces, or run programs, and compare every line')
    .argument('<file...>', 'traces and programs')
    .addOption(heapChoiceOption())
    .option('--json', 'print a JSON object for each file instead')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: ReplayOptions) => {
      if (files.filter((file) => file === STANDARD).length > 1) {
        throw usageError('standard input can be read once: give "-" once');
      }
      const exitCodes: ExitCode[] = [];
      for (const file of files) {
        const result = await replayFile(file, options.heap, new Progress(commandLine.terminal));
        exitCodes.push(result.exitCode);
        report(result, options, commandLine);
      }
      commandLine.exitCode = worstExitCode(exitCodes);
    });
}

async function replayFile(path: string, choice: HeapChoice, progress: Progress): Promise<FileResult> {
  const begun = performance.now();
  progress.update(() => `replaying ${printableLine(path)}`);
  try {
    const input = await openInput(path);
    const result =
      input.kind === 'trace' ? await replayOnEach(input, choice) : await runProgram(input, choice);
    return { file: path, kind: input.kind, ...result, milliseconds: performance.now() - begun };
  } catch (error) {
    return { file: path, ...failureOf(error), milliseconds: performance.now() - begun };
  } finally {
    progress.clear();
  }
}

/** Whatever happens to one file must not keep the others from being run. */
function failureOf(error: unknown): { readonly exitCode: ExitCode; readonly error: string } {
  if (error instanceof CliError) return { exitCode: error.exitCode, error: error.message };
  if (error instanceof TraceError) return { exitCode: EXIT.usage, error: error.message };
  return { exitCode: EXIT.incomplete, error: describeDefect(error) };
}

type Outcome = Omit<FileResult, 'file' | 'kind' | 'milliseconds'>;

/** Replays a trace on one heap after another, on each up to the first line that differs. */
async function replayOnEach(input: Input, choice: HeapChoice): Promise<Outcome> {
  const heaps = heapsOf(choice);
  const reports: ReplayReport[] = [];
  for (const heap of heaps) {
    reports.push(await replayTrace(readTrace(input.bytes(), { name: input.name }), heapOf(heap)));
  }
  const mismatches = reports.flatMap(({ mismatch }) => (mismatch ? [mismatch] : []));
  const counts = {
    heaps,
    operations: Math.min(...reports.map(({ steps }) => steps)),
    states: Math.min(...reports.map(({ states }) => states)),
  };
  if (mismatches.length === 0) return { exitCode: EXIT.ok, ...counts };
  return {
    exitCode: EXIT.failed,
    ...counts,
    mismatches,
    report: mismatches.map(renderMismatch).join('\n\n'),
  };
}

async function runProgram(input: Input, choice: HeapChoice): Promise<Outcome> {
  const program = await readProgram(input);
  const { operations, states, divergence } = checkProgram(program, { heaps: choice, memory: true });
  const heaps = lockstepHeaps(choice).map((heap) => heap.name);
  if (divergence) {
    const text = renderDivergence(program, divergence);
    return { exitCode: EXIT.failed, heaps, operations, states, divergence, report: text };
  }
  if (operations === 0) throw usageError(`${input.name} holds no command that runs: nothing was checked`);
  return { exitCode: EXIT.ok, heaps, operations, states };
}

function report(result: FileResult, options: ReplayOptions, { terminal }: CommandLine): void {
  const { report: text, ...data } = result;
  if (options.json === true) {
    terminal.printJson({
      ...data,
      ok: result.exitCode === EXIT.ok,
      milliseconds: Math.round(result.milliseconds),
    });
    return;
  }
  if (result.error !== undefined) {
    terminal.error(printable(result.error));
    return;
  }
  const { colours } = terminal;
  const verdict = result.exitCode === EXIT.ok ? colours.green('ok') : colours.red('FAILED');
  const counts = `${formatMany(result.operations ?? 0, 'operation')}, ${formatMany(result.states ?? 0, 'state')}`;
  const heaps = (result.heaps ?? []).join(', ');
  terminal.print(
    `${verdict}  ${printableLine(result.file)}  ${heaps}: ${counts}, ${formatDuration(result.milliseconds)}`,
  );
  if (text === undefined) return;
  const heap = options.heap === 'both' ? '' : ` --heap ${options.heap}`;
  terminal.print(`\n${printable(text)}\n`);
  if (result.file !== STANDARD) {
    terminal.print(`again: npx heapspec replay ${printableLine(shellQuoted(result.file))}${heap}\n`);
  }
}
