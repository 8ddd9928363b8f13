import { readFile } from 'node:fs/promises';
import type { Command, Option } from 'commander';
import { CLAUSES, type Implementation } from '../conformance/index.js';
import {
  fixKnownFailures,
  judgeKnown,
  KnownFailuresError,
  parseKnownFailures,
  printKnownFailures,
  type KnownFailure,
} from '../conformance/known-failures.js';
import type { ConformanceReport } from '../conformance/report.js';
import {
  recordTimeLines,
  REPORT_FORMATS,
  summarize,
  type ReportContext,
  type ReportFormat,
} from '../conformance/reports/index.js';
import { EXIT, incompleteError, usageError, type ExitCode } from './exit-code.js';
import { checkOutput, writeFileWhole } from './output-file.js';
import { printableLine } from './printable.js';
import { isSystemError, reasonOf } from './system-error.js';
import type { Terminal } from './terminal.js';
import { version } from './version.js';
import {
  checkReports,
  printsReport,
  reportOptionOf,
  writeWantedReports,
  type WantedReport as Wanted,
} from './wanted-reports.js';

export { checkReports } from './wanted-reports.js';

/** A report that is wanted: in which format, and where; `-` is standard output. */
export type WantedReport = Wanted<ReportFormat>;

/** What the options about reports and known failures were given. */
export interface ReportOptions {
  readonly report: readonly WantedReport[];
  readonly known?: string;
  readonly fix?: boolean;
  readonly json?: boolean;
}

const FORMATS = Object.keys(REPORT_FORMATS) as readonly ReportFormat[];

/** The option `--report`, which may be given several times. */
export function reportOption(): Option {
  return reportOptionOf(FORMATS);
}

/** Adds the options about reports and known failures to a command. */
export function addReportOptions(command: Command): Command {
  return command
    .addOption(reportOption())
    .option('--known <file>', 'failures that are known: others fail, and so do those that pass')
    .option('--fix', 'rewrite the file of known failures as they are now');
}

/**
 * Checks the options before any work is done, and reads the failures that are known.
 *
 * @throws CliError where they do not go together, or a file can't be read or written.
 */
export async function prepareReports({
  report,
  known,
  fix = false,
  json,
}: ReportOptions): Promise<KnownFailure[]> {
  if (fix && known === undefined) throw usageError('--fix needs --known, the file that it rewrites');
  if (json === true && printsReport(report)) {
    throw usageError('--json prints to standard output, and so would a report: give the report a file');
  }
  await checkReports(report);
  if (known === undefined) return [];
  if (fix) await checkOutput(known, { force: true });
  return readKnown(known, fix);
}

/** What is needed to tell what came of a run, besides the report. */
export interface Telling {
  readonly known: readonly KnownFailure[];
  /** Runs the programs of the findings once more, for the page. */
  readonly implementation: Implementation;
  readonly terminal: Terminal;
  /** Whether the user ended the run before its time. */
  readonly interrupted: boolean;
}

/**
 * Rewrites the known failures if that is wanted, prints a summary where nothing else is printed, and writes the reports.
 *
 * @returns The known failures by which the run is judged.
 * @throws CliError where a file can't be written.
 */
export async function tellReports(
  report: ConformanceReport,
  options: ReportOptions,
  { known: before, implementation, terminal, interrupted }: Telling,
): Promise<readonly KnownFailure[]> {
  const { report: wanted, known: path, fix, json } = options;
  const known = fix === true && path !== undefined ? await fixKnown(path, report, before) : before;
  const context: ReportContext = { clauses: CLAUSES, known, version: version() };
  if (json !== true && !printsReport(wanted)) {
    terminal.stdout.write(summarize(report, context, terminal.colours));
  }
  // Whoever interrupted the run does not want the implementation to run again.
  const showsHeap = !interrupted && wanted.some(({ format }) => format === 'html');
  const timeLines = showsHeap ? await recordTimeLines(report, implementation) : new Map();
  await writeReports(report, wanted, { ...context, timeLines }, terminal);
  return known;
}

/**
 * Writes the reports that are wanted; a file appears when it is whole.
 *
 * @throws CliError where one can't be written.
 */
export async function writeReports(
  report: ConformanceReport,
  wanted: readonly WantedReport[],
  context: ReportContext,
  terminal: Terminal,
): Promise<void> {
  await writeWantedReports(wanted, (format) => REPORT_FORMATS[format](report, context), terminal);
}

/**
 * Reads the file of known failures.
 *
 * @param fix - Whether it is to be rewritten: then it need not be there.
 * @throws CliError where it can't be read, or is no such file.
 */
export async function readKnown(path: string, fix: boolean): Promise<KnownFailure[]> {
  const name = printableLine(path);
  try {
    return parseKnownFailures(await readFile(path, 'utf8'), name);
  } catch (error) {
    if (error instanceof KnownFailuresError) throw usageError(error.message);
    if (!isSystemError(error)) throw error;
    if (fix && error.code === 'ENOENT') return [];
    throw usageError(`cannot read ${name}: ${reasonOf(error)}; --fix makes the file`);
  }
}

/**
 * Rewrites the file of known failures as a report has them, whole or not at all.
 *
 * @returns What stands there now.
 * @throws CliError where the run ended early, or the file can't be written.
 */
export async function fixKnown(
  path: string,
  report: ConformanceReport,
  known: readonly KnownFailure[],
): Promise<KnownFailure[]> {
  try {
    const fixed = fixKnownFailures(report, known);
    await writeFileWhole(path, { force: true }, (write) => write(Buffer.from(printKnownFailures(fixed))));
    return fixed;
  } catch (error) {
    if (error instanceof KnownFailuresError) throw incompleteError(error.message);
    throw error;
  }
}

/** What the command ends with, as failures are known. */
export function conformExitCode(report: ConformanceReport, known: readonly KnownFailure[]): ExitCode {
  const { acceptable, unlisted, unnamed, mended, unknown } = judgeKnown(report, known);
  if (acceptable) return EXIT.ok;
  const wrong = unlisted.length + unnamed.length + mended.length + unknown.length;
  return wrong > 0 ? EXIT.failed : EXIT.incomplete;
}
