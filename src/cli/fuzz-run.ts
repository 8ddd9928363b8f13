import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import {
  Campaign,
  observationFile,
  RegressionsFolder,
  StorageError,
  type CampaignProgress,
  type FuzzReport,
  type FuzzRunner,
  type LineSink,
  type Shard,
} from '../fuzzing/index.js';
import { incompleteError } from './exit-code.js';
import { findingFileName, saveText } from './finding.js';
import { argumentsFor } from './foreign-heap.js';
import { formatCount, formatDuration, formatMany, formatRate } from './format.js';
import { ForeignFuzzing } from './fuzz-foreign.js';
import { FuzzWorkers } from './fuzz-workers.js';
import type { HeapChoice } from './heaps.js';
import { onInterrupt } from './interrupt.js';
import { timeoutArgument } from './options.js';
import { printableLine } from './printable.js';
import { Progress } from './progress.js';
import type { Terminal } from './terminal.js';
import { version } from './version.js';

/** What a run of a campaign is to do, as the command line has it. */
export interface FuzzPlan {
  /** In ms. */
  readonly time?: number;
  readonly runs?: number;
  readonly seed: number;
  readonly shard: Shard;
  readonly guided: boolean;
  readonly corpus: string;
  readonly regressions: string;
  readonly jobs: number;
  /** Time, in ms, after which a heap that does not come back from a call hangs. */
  readonly timeout: number;
  readonly heap: HeapChoice;
  /** Another heap: a module, or a program and its arguments; empty where ours are fuzzed. */
  readonly foreign: readonly string[];
  /** The file for observations. */
  readonly observe?: string;
  readonly maxFindings: number;
  /** Whether the corpus is made small, and nothing new is run. */
  readonly minimise: boolean;
}

/**
 * Runs a campaign to its end, or to the first Ctrl-C; what was found until then is told in any case.
 *
 * @throws CliError where the folders can't be used.
 */
export async function runFuzzing(plan: FuzzPlan, terminal: Terminal): Promise<FuzzReport> {
  const progress = new Progress(terminal);
  const interrupt = new AbortController();
  const runner = await runnerOf(plan);
  const release = onInterrupt(() => {
    interrupt.abort();
    void runner.close();
  });
  let observations: LineSink | undefined;
  try {
    observations = plan.observe === undefined ? undefined : observationFile(plan.observe);
    const campaign = await Campaign.open({
      ...plan,
      runner,
      heap: nameOf(plan),
      version: version(),
      regressions: new RegressionsFolder(plan.regressions),
      saveElsewhere: (program, text) => saveText(findingFileName(program), text),
      goesOn: againLine(plan),
      signal: interrupt.signal,
      onProgress: (now) => progress.update(() => describeProgress(now(), plan)),
      ...(observations && { observations }),
    });
    return await (plan.minimise ? campaign.minimise() : campaign.run());
  } catch (error) {
    throw error instanceof StorageError ? incompleteError(error.message) : error;
  } finally {
    release();
    progress.clear();
    observations?.close();
    await runner.close();
  }
}

async function runnerOf({ heap, jobs, timeout, observe, foreign }: FuzzPlan): Promise<FuzzRunner> {
  const text = observe !== undefined;
  if (foreign.length > 0) return ForeignFuzzing.begin({ heap: foreign, jobs, timeout, text });
  return new FuzzWorkers({ heaps: heap, jobs, patience: timeout, text });
}

/** Names what is fuzzed, for the folder of the campaign. */
function nameOf({ heap, foreign }: FuzzPlan): string {
  if (foreign.length === 0) return heap.replaceAll(/[^a-z0-9]+/g, '-');
  const [first, ...rest] = foreign;
  const words = first.includes('/') ? [resolve(first), ...rest] : foreign;
  return `foreign-${createHash('sha256').update(words.join('\0')).digest('hex').slice(0, 8)}`;
}

/** The line that goes on with a campaign. */
function againLine(plan: FuzzPlan): string {
  const { seed, shard, corpus, regressions, heap, guided, timeout, foreign } = plan;
  const words = [
    ...(seed === 1 ? [] : ['--seed', String(seed)]),
    ...(shard.count === 1 ? [] : ['--shard', `${shard.index}/${shard.count}`]),
    ...(corpus === 'corpus' ? [] : ['--corpus', corpus]),
    ...(regressions === 'regressions' ? [] : ['--regressions', regressions]),
    ...(heap === 'both' ? [] : ['--heap', heap]),
    ...(guided ? [] : ['--unguided']),
  ];
  const timeoutWords = timeoutArgument(timeout).split(' ').slice(1);
  const all = [...words, ...timeoutWords];
  return `npx heapspec fuzz ${argumentsFor(foreign, all)}`.trim();
}

function describeProgress(now: CampaignProgress, plan: FuzzPlan): string {
  const { stage, counts, findings, entries, milliseconds, shrinking } = now;
  const fresh = counts.drawn + counts.mutated;
  const programs =
    plan.runs === undefined
      ? formatMany(fresh, 'new program')
      : `${formatCount(fresh)} of ${formatMany(plan.runs, 'new program')}`;
  return printableLine(
    [
      stage,
      programs,
      formatMany(counts.operations, 'operation'),
      formatRate(counts.operations, milliseconds),
      `corpus ${formatCount(entries)}`,
      ...(findings > 0 ? [formatMany(findings, 'finding')] : []),
      ...(shrinking === undefined ? [] : [`shrinking: ${shrinking}`]),
      formatDuration(milliseconds),
    ].join(', '),
  );
}
