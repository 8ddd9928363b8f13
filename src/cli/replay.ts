import { Command } from 'commander';
import { renderDivergence, type Divergence } from '../lockstep/index.js';
import { readTrace, type ReplayReport, type TraceMismatch } from '../traces/index.js';
import type { Sighting } from './beacon.js';
import type { CommandLine } from './command-line.js';
import { EXIT, incompleteError, usageError, worstExitCode, type ExitCode } from './exit-code.js';
import { failureOf } from './failure.js';
import { brokenClauses, clauseIds, mismatchJson, renderTraceMismatch, replayLine } from './finding.js';
import { formatDuration, formatMany } from './format.js';
import { heapChoiceOption, heapsOf, lockstepHeaps, type HeapChoice, type HeapName } from './heaps.js';
import { bytesOf, openInput, readProgram, STANDARD, type Input } from './input.js';
import { onInterrupt } from './interrupt.js';
import { jobWorkers, type JobWorkers } from './job-workers.js';
import { timeoutOption } from './options.js';
import { printable, printableLine } from './printable.js';
import { Progress } from './progress.js';
import { placeOf } from './run-alone.js';
import { mismatchOf, runApart, single, succeeded } from './run-apart.js';

interface ReplayOptions {
  readonly heap: HeapChoice;
  /** In ms. */
  readonly timeout: number;
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
  /** States that were compared on every heap, where all of them came back to say so. */
  readonly states?: number;
  readonly milliseconds: number;
  /** Of each heap that differs from the trace. */
  readonly mismatches?: readonly TraceMismatch[];
  readonly divergence?: Divergence;
  /** Names of the clauses that the divergence breaks. */
  readonly clauses?: readonly string[];
  /** What is wrong, for a person. */
  readonly report?: string;
  /** Why the file could not be read. */
  readonly error?: string;
}

const HELP = `
A trace (.jsonl or .jsonl.gz, told by its content) is replayed on each heap: every result, effect, statistic and state
must be as it says. A program (.heap) runs on the heaps in lockstep, its memory checked too. Both may be compressed by
gzip. - is standard input.
All files are run, whatever becomes of the others, with a line for each. A heap that loops for ever is found to hang.

Ends with 0: everything agreed; 1: something did not; 2: a file can't be read or is neither trace nor program;
3: interrupted. Where a heap differs from one file and another can't be read, it is 1.

Examples:
  $ heapspec replay golden/pages-mixed-0.jsonl.gz
  $ heapspec replay --heap optimized heapspec-finding-*.heap
  $ zcat trace.jsonl.gz | heapspec replay -

--json prints one object a line for each file:
  {file, ok, exitCode, kind, heaps, operations, states, milliseconds, mismatches | divergence, clauses | error};
  each of the mismatches has clauses too`;

/** The command `heapspec replay`. */
export function replayCommand(commandLine: CommandLine): Command {
  return new Command('replay')
    .description('replay traces, or run programs, and compare every line')
    .argument('<file...>', 'traces and programs')
    .addOption(heapChoiceOption())
    .addOption(timeoutOption())
    .option('--json', 'print a JSON object for each file instead')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: ReplayOptions) => {
      if (files.filter((file) => file === STANDARD).length > 1) {
        throw usageError('standard input can be read once: give "-" once');
      }
      commandLine.exitCode = await new Replaying(options, commandLine).replay(files);
    });
}

/** Replays files, one after another, in a worker: so a heap that hangs can be ended, and Ctrl-C is heard. */
class Replaying {
  readonly #options: ReplayOptions;
  readonly #commandLine: CommandLine;
  readonly #progress: Progress;
  readonly #pool: JobWorkers;
  readonly #interruption = new AbortController();
  /** What is replayed. */
  #current: Input | undefined;

  constructor(options: ReplayOptions, commandLine: CommandLine) {
    this.#options = options;
    this.#commandLine = commandLine;
    this.#progress = new Progress(commandLine.terminal);
    this.#pool = jobWorkers({
      size: 1,
      patience: options.timeout,
      onSight: (_job, at, since) => this.#progress.update(() => this.#describe(at, since)),
    });
  }

  /** Replays and reports one file after another, to the last or to the first Ctrl-C. */
  async replay(files: readonly string[]): Promise<ExitCode> {
    const exitCodes: ExitCode[] = [];
    try {
      for (const file of files) {
        const result = await this.#replayFile(file);
        if (this.#interruption.signal.aborted) break;
        exitCodes.push(result.exitCode);
        report(result, this.#options, this.#commandLine);
      }
    } finally {
      await this.#pool.close();
    }
    if (this.#interruption.signal.aborted) {
      exitCodes.push(EXIT.incomplete);
      const left = files.slice(exitCodes.length - 1).map(printableLine);
      this.#commandLine.terminal.error(`interrupted: not replayed ${left.join(', ')}`);
    }
    return worstExitCode(exitCodes);
  }

  async #replayFile(path: string): Promise<FileResult> {
    const begun = performance.now();
    let release = (): void => undefined;
    try {
      const input = await openInput(path);
      // Not before: whoever waits for standard input is ended by Ctrl-C as any program is.
      release = onInterrupt(() => {
        this.#interruption.abort();
        void this.#pool.close();
      });
      this.#current = input;
      const result = input.kind === 'trace' ? await this.#replayOnEach(input) : await this.#runProgram(input);
      return { file: path, kind: input.kind, ...result, milliseconds: performance.now() - begun };
    } catch (error) {
      // Whatever happens to one file must not keep the others from being run.
      return { file: path, ...failureOf(error), milliseconds: performance.now() - begun };
    } finally {
      release();
      this.#progress.clear();
    }
  }

  /** Replays a trace on one heap after another, on each up to the first line that differs. */
  async #replayOnEach(input: Input): Promise<Outcome> {
    const heaps = heapsOf(this.#options.heap);
    const reports: TraceReport[] = [];
    for (const heap of heaps) reports.push(await this.#replayTrace(input, heap));
    const mismatches = reports.flatMap(({ mismatch }) => (mismatch ? [mismatch] : []));
    const states = reports.flatMap((one) => (one.states === undefined ? [] : [one.states]));
    const counts = {
      heaps,
      operations: Math.min(...reports.map(({ operations }) => operations)),
      ...(states.length === reports.length && { states: Math.min(...states) }),
    };
    if (mismatches.length === 0) return { exitCode: EXIT.ok, ...counts };
    return {
      exitCode: EXIT.failed,
      ...counts,
      mismatches,
      report: mismatches.map(renderTraceMismatch).join('\n\n'),
    };
  }

  async #replayTrace({ source, name }: Input, heap: HeapName): Promise<TraceReport> {
    const done = await single(this.#pool, { kind: 'trace', source, name, heap });
    if (done.kind === 'result' && done.result.kind === 'trace') {
      return succeeded(done.result.value);
    }
    if (done.kind !== 'died' && done.kind !== 'hung') throw incompleteError('interrupted');
    const records = readTrace(bytesOf(source, name), { name });
    const mismatch = await mismatchOf(done, name, records, this.#options.timeout);
    if (mismatch === undefined) throw incompleteError(`the replay of ${name} ${done.why}`);
    return { operations: done.at.operation, mismatch };
  }

  async #runProgram(input: Input): Promise<Outcome> {
    const { heap, timeout } = this.#options;
    const run = await runApart(this.#pool, input, { heaps: heap, memory: true, patience: timeout }, true);
    if (run.kind === 'stopped') throw incompleteError('interrupted');
    if (run.kind === 'lost') throw incompleteError(`the run of ${input.name} ${run.why}`);
    const { divergence, ...counts } = run.report;
    const heaps = lockstepHeaps(heap);
    if (divergence) {
      const program = await readProgram(input, this.#interruption.signal);
      const broken = brokenClauses(program, divergence);
      const text = [
        renderDivergence(program, divergence),
        ...(broken.length > 0 ? [broken.join('\n')] : []),
      ].join('\n\n');
      const clauses = clauseIds(program, divergence);
      return { exitCode: EXIT.failed, heaps, ...counts, divergence, clauses, report: text };
    }
    if (counts.operations === 0) {
      throw usageError(`${input.name} holds no command that runs: nothing was checked`);
    }
    return { exitCode: EXIT.ok, heaps, ...counts };
  }

  #describe(at: Sighting, since: number): string {
    if (this.#current === undefined) return '';
    const quiet = since < WORTH_TELLING ? '' : `, at it for ${formatDuration(since)}`;
    return `replaying: ${placeOf(this.#current, at)}${quiet}`;
  }
}

/** Time, in ms, that a heap takes for one operation before it is told. */
const WORTH_TELLING = 2000;

type Outcome = Omit<FileResult, 'file' | 'kind' | 'milliseconds'>;

/** What is known of a replay, even where the heap did not come back. */
type TraceReport = Pick<ReplayReport, 'operations' | 'mismatch'> & { readonly states?: number };

function report(result: FileResult, options: ReplayOptions, { terminal }: CommandLine): void {
  const { report: text, ...data } = result;
  if (options.json === true) {
    terminal.printJson({
      ...data,
      ...(data.mismatches && { mismatches: data.mismatches.map(mismatchJson) }),
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
  const counts = [
    formatMany(result.operations ?? 0, 'operation'),
    ...(result.states === undefined ? [] : [formatMany(result.states, 'state')]),
  ].join(', ');
  const heaps = (result.heaps ?? []).join(', ');
  terminal.print(
    `${verdict}  ${printableLine(result.file)}  ${heaps}: ${counts}, ${formatDuration(result.milliseconds)}`,
  );
  if (text === undefined) return;
  terminal.print(`\n${printable(text)}\n`);
  if (result.file !== STANDARD) {
    terminal.print(`again: ${printableLine(replayLine(result.file, options.heap, options.timeout))}\n`);
  }
}
