import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { STANDARD } from './input.js';
import { checkOutput, writeFileWhole } from './output-file.js';
import type { Terminal } from './terminal.js';

/** A report that is wanted: in which format, and where; `-` is standard output. */
export interface WantedReport<Format extends string = string> {
  readonly format: Format;
  readonly path: string;
}

/** The option `--report` of a command that has these formats; it may be given several times. */
export function reportOptionOf(formats: readonly string[]): Option {
  const readWanted = (text: string, before: readonly WantedReport[]): WantedReport[] => {
    const [, format = '', path = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
    if (!formats.includes(format) || path === '') {
      throw new InvalidArgumentError(
        `Give a format and a file, such as html=report.html; formats are ${formats.join(', ')}.`,
      );
    }
    if (before.some((other) => placeOf(other.path) === placeOf(path))) {
      throw new InvalidArgumentError('Another report goes there already.');
    }
    return [...before, { format, path }];
  };
  return new Option('--report <format=file>', `write a report (${formats.join(', ')}; repeatable)`)
    .argParser(readWanted)
    .default([], 'none');
}

/** What a path names, however it is written. */
export function placeOf(path: string): string {
  return path === STANDARD ? path : resolve(path);
}

/**
 * Checks, before any work is done, that reports can be written where they are wanted.
 *
 * @throws CliError where one can't.
 */
export async function checkReports(wanted: readonly WantedReport[]): Promise<void> {
  for (const { path } of wanted) if (path !== STANDARD) await checkOutput(path, { force: true });
}

/** Whether a report goes to standard output, so that nothing else can. */
export function printsReport(wanted: readonly WantedReport[]): boolean {
  return wanted.some(({ path }) => path === STANDARD);
}

/**
 * Writes the reports that are wanted; a file appears when it is whole.
 *
 * @param textOf - Tells the report in a format.
 * @throws CliError where one can't be written.
 */
export async function writeWantedReports<Format extends string>(
  wanted: readonly WantedReport<Format>[],
  textOf: (format: Format) => string,
  terminal: Terminal,
): Promise<void> {
  for (const { format, path } of wanted) {
    const text = textOf(format);
    if (path === STANDARD) terminal.stdout.write(text);
    else await writeFileWhole(path, { force: true }, (write) => write(Buffer.from(text)));
  }
}
