import { availableParallelism } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { Shard } from '../fuzzing/index.js';
import type { CommandLine } from './command-line.js';
import { usageError, type ExitCode } from './exit-code.js';
import { foreignHeap } from './foreign-heap.js';
import { renderFuzzing } from './fuzz-report.js';
import {
  fuzzReportOption,
  prepareFuzzReports,
  tellFuzzReports,
  type FuzzReportOptions,
} from './fuzz-reports.js';
import { runFuzzing, type FuzzPlan } from './fuzz-run.js';
import { heapChoiceOption, type HeapChoice } from './heaps.js';
import { STANDARD } from './input.js';
import { onInterrupt } from './interrupt.js';
import { durationOption, integerOption, timeoutOption } from './options.js';
import { printableLine } from './printable.js';
import { MOST_SEED } from './seeds.js';
import type { Terminal } from './terminal.js';
import { placeOf } from './wanted-reports.js';

interface FuzzOptions extends FuzzReportOptions {
  /** In ms. */
  readonly time?: number;
  readonly runs?: number;
  readonly seed: number;
  readonly shard: Shard;
  readonly corpus: string;
  readonly regressions: string;
  readonly jobs: number;
  /** In ms. */
  readonly timeout: number;
  readonly heap: HeapChoice;
  readonly observe?: string;
  readonly maxFindings: number;
  readonly guided: boolean;
  readonly minimiseCorpus?: boolean;
}

/** Time, in ms, of a run that names neither a time nor a number of programs. */
const DEFAULT_TIME = 60_000;

const HELP = `
Runs the programs of the regressions, those of the corpus, the canaries, and then new programs until the time is up: drawn
ones, and ones that are made of such as showed something rare. What a program shows are the shapes that it goes through. Of
those that show something new the smallest ones are the corpus. A finding is saved among the regressions at once, made small
while the campaign goes on, and told when it is proven minimal.

A campaign is kept in the folder of the corpus. It may be killed at any time; the next call with the same options goes on
where it was. Several may work in one folder at the same time.

Another heap, in any language, is fuzzed as heapspec conform asks it: docs/conformance.md says how.

Ends with 0: nothing was found; 1: a finding; 2: wrong usage, or a regression that can't be read; 3: it did not do its
work, since it was interrupted, the canary was not found, no new program was run, something could not be written, or a
required shape was never reached in 8,000 drawn programs and more.

Examples:
  $ heapspec fuzz                                a minute, on all cores
  $ heapspec fuzz --time 8h                      a night
  $ heapspec fuzz --runs 2000 --shard 2/4        the second of four machines
  $ heapspec fuzz --time 10m -- ./my-heap --flag
  $ heapspec fuzz my-heap.wasm
  $ heapspec fuzz --minimise-corpus              takes away what shows nothing of its own
  $ heapspec fuzz --report html=report.html --report markdown=summary.md

--json prints one object:
  {format, kind, heapspec, declaration, seed, shard, lane, guided, reachesAllShapes, jobs, milliseconds, counts, campaign,
   shapes, missedShapes, corpus, incidence, unseen, canary, findings, unreadable, notes, troubles, exitCode, goesOn}
--observe adds a line of JSON to its file for each program:
  {type, run, origin, status, program, features, new, operations, timing}`;

/** The command `heapspec fuzz`. */
export function fuzzCommand(commandLine: CommandLine): Command {
  return new Command('fuzz')
    .description('run new programs for as long as one likes, guided by what they show')
    .argument('[heap...]', 'a WebAssembly module, or behind -- a program and its arguments')
    .addOption(
      new Option('--time <duration>', 'begin no program after it (default: 1m)').argParser(durationOption),
    )
    .addOption(
      new Option('--runs <n>', 'new programs')
        .argParser(integerOption(1, Number.MAX_SAFE_INTEGER))
        .conflicts('time'),
    )
    .addOption(new Option('--seed <n>', 'which campaign').argParser(integerOption(0, MOST_SEED)).default(1))
    .addOption(
      new Option('--shard <i/n>', 'every n-th program, from the i-th on')
        .argParser(readShard)
        .default({ index: 1, count: 1 }, '1/1'),
    )
    .option('--corpus <folder>', 'programs that show something, and the campaign', 'corpus')
    .option('--regressions <folder>', 'programs that once failed', 'regressions')
    .addOption(
      new Option('--jobs <n>', 'threads, or processes of another heap')
        .argParser(integerOption(1, 256))
        .default(availableParallelism(), 'one a core'),
    )
    .addOption(timeoutOption())
    .addOption(heapChoiceOption())
    .addOption(new Option('--observe <file>', 'add a line for each program to a file').argParser(readObserve))
    .addOption(
      new Option('--max-findings <n>', 'end when so many different ones were found')
        .argParser(integerOption(1, 10_000))
        .default(20),
    )
    .addOption(new Option('--unguided', 'draw all programs, whatever they show').default(false))
    .option('--minimise-corpus', 'run nothing new: take away what shows nothing of its own')
    .addOption(fuzzReportOption())
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(
      async (heap: readonly string[], { unguided, ...options }: FuzzOptions & { unguided: boolean }) => {
        commandLine.exitCode = await fuzz(heap, { ...options, guided: !unguided }, commandLine.terminal);
      },
    );
}

async function fuzz(heap: readonly string[], options: FuzzOptions, terminal: Terminal): Promise<ExitCode> {
  const plan = planOf(heap, options);
  await prepareFuzzReports(options);
  let interrupted = false;
  const release = onInterrupt(() => (interrupted = true));
  try {
    const report = await runFuzzing(plan, terminal);
    // Whoever interrupted the run does not want the heap to run again.
    const foreign = heap.length === 0 || interrupted ? undefined : foreignHeap(heap, options);
    return await tellFuzzReports(report, options, () => renderFuzzing(report, terminal), terminal, foreign);
  } finally {
    release();
  }
}

function planOf(foreign: readonly string[], options: FuzzOptions): FuzzPlan {
  const { heap, time, runs, observe, report, minimiseCorpus = false } = options;
  if (foreign.length > 0 && heap !== 'both') {
    throw usageError('--heap names a heap of heapspec, but another one is given: leave one of them out');
  }
  if (observe !== undefined && report.some(({ path }) => placeOf(path) === placeOf(observe))) {
    throw usageError(
      `a report would take the place of the observations in ${printableLine(observe)}: give it another file`,
    );
  }
  return {
    ...options,
    foreign,
    minimise: minimiseCorpus,
    ...(time === undefined && runs === undefined && { time: DEFAULT_TIME }),
  };
}

function readObserve(text: string): string {
  if (text !== STANDARD) return text;
  throw new InvalidArgumentError('Give a file: what the command prints goes to standard output.');
}

function readShard(text: string): Shard {
  const [, index, count] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= count && count <= MOST_SHARDS) return { index, count };
  throw new InvalidArgumentError(`Give which of how many, such as 2/4, of up to ${MOST_SHARDS}.`);
}

/** Machines that a campaign can be split among: what is between their programs must leave room for some. */
const MOST_SHARDS = 65_536;
