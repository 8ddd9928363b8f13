import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { StorageError, type FuzzReport, type MergedReport } from '../fuzzing/index.js';
import {
  mergeCorpora,
  MergeError,
  mergeRegressions,
  mergeReports,
  readReport,
  ReportError,
  type ShardFolders,
} from '../fuzzing/merging/index.js';
import type { CommandLine } from './command-line.js';
import {
  EXIT,
  incompleteError,
  usageError,
  worstExitCode,
  type CliError,
  type ExitCode,
} from './exit-code.js';
import { renderFuzzing } from './fuzz-report.js';
import {
  fuzzReportOption,
  prepareFuzzReports,
  tellFuzzReports,
  type FuzzReportOptions,
} from './fuzz-reports.js';
import { runFuzzing } from './fuzz-run.js';
import { renderMergedFolders, type MergedFolders } from './merge-report.js';
import { DEFAULT_PATIENCE } from './options.js';
import { printableLine } from './printable.js';
import type { Terminal } from './terminal.js';

interface MergeOptions extends FuzzReportOptions {
  readonly corpus: string;
  readonly regressions: string;
  readonly minimiseCorpus?: boolean;
}

/** The name under which a machine leaves its report. */
const REPORT = 'report.json';

/** Findings, at most, of a corpus that is run to be made small. */
const MOST_FINDINGS = 20;

const HELP = `
Joins what several machines left that each ran a part of a campaign. What one left is a folder with report.json, which
heapspec fuzz --report json=report.json wrote, and the folders corpus and regressions as far as there are such; or it is a
report alone. What heapspec merge wrote can be merged again, in any order, and as often as one likes.

Counts and shapes add up; what is not yet seen is estimated from all of them together; of findings that break the same clause
in the same way the smallest program is told. All programs of the corpora come into one folder. Of new regressions those come
into the other one that are told; what was there stays.

Ends with the worst of what the machines ended with. 1: a finding; 2: wrong usage, a file that is no report or was cut short,
or reports of different heaps or versions; 3: a machine did not do its work, or there is no report of it.

Examples:
  $ heapspec fuzz --shard 2/4 --report json=report.json    on the second of four machines
  $ heapspec merge shards/*                                where what they left was brought together
  $ heapspec merge shards/* --minimise-corpus --report markdown=summary.md --report sarif=findings.sarif
  $ heapspec merge monday/report.json tuesday/report.json --report json=both.json

--json prints one object: what a report of heapspec fuzz has, without corpus and goesOn, and {kind, runs, missing}`;

/** The command `heapspec merge`. */
export function mergeCommand(commandLine: CommandLine): Command {
  return new Command('merge')
    .description('join what several machines found by fuzzing')
    .argument('<shard...>', 'folders that machines left, or reports')
    .option('--corpus <folder>', 'where all programs of the corpora go', 'corpus')
    .option('--regressions <folder>', 'where the regressions go', 'regressions')
    .option('--minimise-corpus', 'then run the corpus, and take away what shows nothing of its own')
    .addOption(fuzzReportOption())
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (paths: readonly string[], options: MergeOptions) => {
      await merge(paths, options, commandLine);
    });
}

async function merge(
  paths: readonly string[],
  options: MergeOptions,
  commandLine: CommandLine,
): Promise<void> {
  const { terminal } = commandLine;
  await prepareFuzzReports(options);
  const shards = paths.map(readShard);
  const merged = joined(shards);
  // Whatever happens from here on, what they found is not hidden.
  if (merged !== undefined) commandLine.exitCode = merged.exitCode;
  const note = (exitCode: ExitCode): void => {
    commandLine.exitCode = worstExitCode([commandLine.exitCode, exitCode]);
  };

  const folders = shards.filter(({ isFolder }) => isFolder);
  const told = folders.length === 0 ? undefined : mergeFolders(folders, options, merged);
  if (told !== undefined && told.regressions.unreadable.length > 0) note(EXIT.usage);
  const minimised = options.minimiseCorpus === true ? await minimise(options, terminal) : undefined;
  if (minimised !== undefined) note(minimised.exitCode);
  const toldFolders = told === undefined ? '' : `\n\n${renderMergedFolders(told, minimised, terminal)}`;
  if (merged === undefined) {
    if (toldFolders !== '') terminal.note(toldFolders.trimStart());
    throw noReport(shards);
  }
  note(await tellFuzzReports(merged, options, () => renderFuzzing(merged, terminal) + toldFolders, terminal));
}

interface Shard extends ShardFolders {
  /** As it was given. */
  readonly path: string;
  /** Whether it is a folder, and not a report alone. */
  readonly isFolder: boolean;
  /** Where it is a folder without a report, that. */
  readonly absent?: string;
  /** What is wrong with its report. */
  readonly unreadable?: string;
}

/** What stands under a path, as far as it can be read. */
function readShard(path: string): Shard {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const folders = { path, isFolder, corpus: join(path, 'corpus'), regressions: join(path, 'regressions') };
  try {
    const report = readReport(isFolder ? join(path, REPORT) : path);
    if (report !== undefined) return { ...folders, report };
    if (!isFolder) return { ...folders, unreadable: `there is no ${printableLine(path)}` };
    const absent = `there is no ${printableLine(join(path, REPORT))}: what ran there did not come to its end`;
    return { ...folders, absent };
  } catch (error) {
    if (error instanceof ReportError) return { ...folders, unreadable: error.message };
    throw error;
  }
}

/**
 * All reports in one; undefined where there is none.
 *
 * @throws CliError where they are not about the same.
 */
function joined(shards: readonly Shard[]): MergedReport | undefined {
  const reports = shards.flatMap(({ report }) => report ?? []);
  if (reports.length === 0) return undefined;
  try {
    return mergeReports(reports, {
      troubles: shards.flatMap(({ absent }) => absent ?? []),
      unreadable: shards.flatMap(({ unreadable }) => unreadable ?? []),
    });
  } catch (error) {
    throw error instanceof MergeError ? usageError(error.message) : error;
  }
}

/** What is wrong where there is no report at all. */
function noReport(shards: readonly Shard[]): CliError {
  const unreadable = shards.flatMap((shard) => shard.unreadable ?? []);
  if (unreadable.length > 0) return usageError(unreadable.join('\n'));
  return incompleteError(shards.flatMap(({ absent }) => absent ?? []).join('\n'));
}

function mergeFolders(
  shards: readonly Shard[],
  options: MergeOptions,
  merged: MergedReport | undefined,
): MergedFolders {
  try {
    return {
      corpus: mergeCorpora(shards, options.corpus),
      regressions: mergeRegressions(shards, options.regressions, merged),
    };
  } catch (error) {
    throw error instanceof StorageError ? incompleteError(error.message) : error;
  }
}

/** Runs the corpus on the heaps of heapspec; a program that fails now is a finding. */
async function minimise({ corpus, regressions }: MergeOptions, terminal: Terminal): Promise<FuzzReport> {
  const report = await runFuzzing(
    {
      corpus,
      regressions,
      seed: 1,
      shard: { index: 1, count: 1 },
      guided: true,
      jobs: availableParallelism(),
      timeout: DEFAULT_PATIENCE,
      heap: 'both',
      foreign: [],
      maxFindings: MOST_FINDINGS,
      minimise: true,
    },
    terminal,
  );
  if (report.exitCode !== EXIT.ok) terminal.note(renderFuzzing(report, terminal));
  return report;
}
