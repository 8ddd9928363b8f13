import { readFile } from 'node:fs/promises';
import { InvalidArgumentError, Option } from 'commander';
import {
  fixKnownFailures,
  judgeKnown,
  KnownFailuresError,
  parseKnownFailures,
  printKnownFailures,
  type KnownFailure,
} from '../conformance/known-failures.js';
import type { ConformanceReport } from '../conformance/report.js';
import { REPORT_FORMATS, type ReportContext, type ReportFormat } from '../conformance/reports/index.js';
import { EXIT, incompleteError, usageError, type ExitCode } from './exit-code.js';
import { STANDARD } from './input.js';
import { checkOutput, writeFileWhole } from './output-file.js';
import { printableLine } from './printable.js';
import { isSystemError, reasonOf } from './system-error.js';
import type { Terminal } from './terminal.js';

/** A report that is wanted: in which format, and where; `-` is standard output. */
export interface WantedReport {
  readonly format: ReportFormat;
  readonly path: string;
}

const FORMATS = Object.keys(REPORT_FORMATS) as readonly ReportFormat[];

/** The option `--report`, which may be given several times. */
export function reportOption(): Option {
  return new Option('--report <format=file>', `write a report (${FORMATS.join(', ')}; repeatable)`)
    .argParser(readWanted)
    .default([], 'none');
}

/** The option `--known`. */
export function knownOption(): Option {
  return new Option('--known <file>', 'failures that are known: others fail, and so do those that pass');
}

/** The option `--fix`. */
export function fixOption(): Option {
  return new Option('--fix', 'rewrite the file of known failures as they are now');
}

function readWanted(text: string, before: readonly WantedReport[]): WantedReport[] {
  const [, format = '', path = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const known = FORMATS.find((name) => name === format);
  if (known === undefined || path === '') {
    throw new InvalidArgumentError(
      `Give a format and a file, such as html=report.html; formats are ${FORMATS.join(', ')}.`,
    );
  }
  if (before.some((other) => other.path === path)) {
    throw new InvalidArgumentError('Another report goes there already.');
  }
  return [...before, { format: known, path }];
}

/**
 * Checks, before any work is done, that reports can be written where they are wanted.
 *
 * @throws CliError where one can't.
 */
export async function checkReports(wanted: readonly WantedReport[]): Promise<void> {
  for (const { path } of wanted) if (path !== STANDARD) await checkOutput(path, { force: true });
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
  for (const { format, path } of wanted) {
    const text = REPORT_FORMATS[format](report, context);
    if (path === STANDARD) terminal.stdout.write(text);
    else await writeFileWhole(path, { force: true }, (write) => write(Buffer.from(text)));
  }
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
