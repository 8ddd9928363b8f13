import { availableParallelism } from 'node:os';
import { Command, Option } from 'commander';
import type { CommandLine } from './command-line.js';
import { EXIT, usageError, worstExitCode, type ExitCode } from './exit-code.js';
import { failureOf, type Failure } from './failure.js';
import { formatCount } from './format.js';
import { heapChoiceOption, heapsOf, type HeapChoice } from './heaps.js';
import { onInterrupt } from './interrupt.js';
import { openInput, STANDARD } from './input.js';
import type { Job, JobResult } from './job.js';
import { jobWorkers, type JobWorkers } from './job-workers.js';
import { integerOption, timeoutOption } from './options.js';
import { printable } from './printable.js';
import { Progress } from './progress.js';
import { describeLost } from './run-apart.js';
import type { Done } from './worker-pool.js';
import { renderWorkloads, workloadJson } from './workload-report.js';
import { compareRuns, isWrong, lostRun, runOf, type WorkloadRun } from './workload-run.js';

interface WorkloadOptions {
  readonly heap: HeapChoice;
  /** In ms. */
  readonly timeout: number;
  readonly jobs?: number;
  readonly json?: boolean;
}

const HELP = `
A workload is what a real program asked of its heap: text, an event a line, perhaps compressed. "a SIZE" allocates an
object, "f N" drops the N-th. It runs by the rules of golden/workloads/README.md, with cycles of collection. Where the
text is that of one that comes with heapspec, the results must be those of the real heap; of any other, those of the
first heap. - is standard input.

Ends with 0: everything agreed; 1: something did not; 2: a file can't be read or is no workload; 3: interrupted.

Examples:
  $ heapspec workload golden/workloads/*.txt.gz
  $ heapspec workload --heap optimized --json mine.txt

--json prints one object a line for each file and heap:
  {file, heap, ok, recorded, events, mallocs, drops, cycles, addressesSha256, statistics, endedBy, crash, milliseconds,
   differences}, or {file, ok, exitCode, error} for a file that can't be read`;

/** The command `heapspec workload`. */
export function workloadCommand(commandLine: CommandLine): Command {
  return new Command('workload')
    .description('run what real programs asked of their heap, and compare what comes of it')
    .argument('<file...>', 'workloads')
    .addOption(heapChoiceOption())
    .addOption(timeoutOption())
    .addOption(new Option('--jobs <n>', 'threads (default: one a core)').argParser(integerOption(1, 256)))
    .option('--json', 'print JSON objects instead')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: WorkloadOptions) => {
      if (files.filter((file) => file === STANDARD).length > 1) {
        throw usageError('standard input can be read once: give "-" once');
      }
      commandLine.exitCode = await new Workloads(options, commandLine).run(files);
    });
}

type WorkloadJob = Extract<Job, { readonly kind: 'workload' }>;

/** Runs workloads, each on each heap, in workers. */
class Workloads {
  readonly #options: WorkloadOptions;
  readonly #commandLine: CommandLine;
  readonly #progress: Progress;
  readonly #pool: JobWorkers;
  readonly #exitCodes: ExitCode[] = [];
  readonly #runs: WorkloadRun[] = [];
  /** Files that are known to be no workloads. */
  readonly #faulty = new Set<string>();
  #interrupted = false;

  constructor(options: WorkloadOptions, commandLine: CommandLine) {
    this.#options = options;
    this.#commandLine = commandLine;
    this.#progress = new Progress(commandLine.terminal);
    this.#pool = jobWorkers({
      size: options.jobs ?? availableParallelism(),
      patience: options.timeout,
      onSight: (job, { operation }) => {
        if (job.kind !== 'workload') return;
        this.#progress.update(() => `running ${job.name} on ${job.heap}: event ${formatCount(operation)}`);
      },
    });
  }

  async run(files: readonly string[]): Promise<ExitCode> {
    const release = onInterrupt(() => {
      this.#interrupted = true;
      void this.#pool.close();
    });
    try {
      const jobs = await this.#jobsFor(files);
      for await (const done of this.#pool.inOrder(jobs)) this.#take(done);
    } finally {
      release();
      this.#progress.clear();
      await this.#pool.close();
    }
    this.#report();
    return worstExitCode(this.#exitCodes);
  }

  async #jobsFor(files: readonly string[]): Promise<WorkloadJob[]> {
    const jobs: WorkloadJob[] = [];
    for (const file of files) {
      try {
        const { name, source } = await openInput(file, 'a workload');
        for (const heap of heapsOf(this.#options.heap)) jobs.push({ kind: 'workload', source, name, heap });
      } catch (error) {
        this.#refuse(file, failureOf(error));
      }
    }
    return jobs;
  }
  #take(done: Done<Job, JobResult>): void {
    const { job } = done;
    if (job.kind !== 'workload' || done.kind === 'stopped') return;
    if (done.kind === 'result') {
      const value = done.result.kind === 'workload' ? done.result.value : undefined;
      if (value === undefined) return;
      if ('error' in value) this.#refuse(job.name, value);
      else this.#runs.push(runOf(job.name, job.heap, value));
    } else if (done.at.call === undefined) {
      this.#refuse(job.name, { exitCode: EXIT.incomplete, error: `running ${job.name} ${done.why}` });
    } else {
      const story = describeLost(done, this.#options.timeout);
      this.#runs.push(lostRun(job.name, job.heap, done.at.operation, story));
    }
  }

  /** Tells of a file that can't be run, once, however many heaps were to run it. */
  #refuse(file: string, { exitCode, error }: Failure): void {
    this.#exitCodes.push(exitCode);
    if (this.#faulty.has(file)) return;
    this.#faulty.add(file);
    this.#progress.clear();
    const { terminal } = this.#commandLine;
    if (this.#options.json === true) terminal.printJson({ file, ok: false, exitCode, error });
    else terminal.error(printable(error));
  }

  #report(): void {
    const { terminal } = this.#commandLine;
    const names = [...new Set(this.#runs.map(({ name }) => name))];
    const runs = names.flatMap((name) => compareRuns(this.#runs.filter((run) => run.name === name)));
    if (runs.some(isWrong)) this.#exitCodes.push(EXIT.failed);
    if (this.#options.json === true) for (const run of runs) terminal.printJson(workloadJson(run));
    else if (runs.length > 0) terminal.print(renderWorkloads(runs, terminal.colours));
    if (!this.#interrupted) return;
    this.#exitCodes.push(EXIT.incomplete);
    terminal.error('interrupted: not all workloads were run to their end');
  }
}
