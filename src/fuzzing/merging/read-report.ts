import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemaProblem, type Schema } from '../../conformance/json-schema.js';
import { printableLine } from '../../conformance/printable.js';
import { parseProgram, ProgramSyntaxError } from '../../programs/index.js';
import { folderThatHolds } from '../../traces/package-folder.js';
import { readText } from '../read-file.js';
import type { FuzzFinding, FuzzReport, MergedReport } from '../report.js';
import { unseenBy } from '../unseen-by.js';
import { MergeError, mergeReports } from './merge-reports.js';

/** A file is no report of fuzzing, or a damaged one: the message says which, and what is wrong; safe to print. */
export class ReportError extends Error {
  override readonly name = 'ReportError';
}

/** Bytes of the longest report that is read: one of a hundred shards takes less. */
const LONGEST = 256 * 2 ** 20;

const FORMAT = 1;

/**
 * Reads the report that `heapspec fuzz` or `heapspec merge` wrote as JSON.
 *
 * @returns Undefined where there is no such file.
 * @throws {@link ReportError} where there is something else.
 */
export function readReport(path: string): FuzzReport | MergedReport | undefined {
  const file = readText(path, LONGEST);
  if (file.kind === 'missing') return undefined;
  if (file.kind === 'unreadable') throw new ReportError(`${printableLine(path)}: ${file.why}`);
  return parseReport(file.content, path);
}

/**
 * Reads a report that is given as text.
 *
 * @param name - Of the file, for errors.
 * @throws {@link ReportError}
 */
export function parseReport(text: string, name: string): FuzzReport | MergedReport {
  const refuse = (what: string): never => {
    throw new ReportError(`${printableLine(name)}: ${printableLine(what)}`);
  };
  if (text.trim() === '') return refuse('it is empty, and no report of heapspec fuzz');
  const data = parseJson(text, refuse);
  const format = typeof data === 'object' && data !== null && 'format' in data ? data.format : undefined;
  if (typeof format === 'number' && format !== FORMAT) {
    return refuse(
      `it is written in format ${format}, and this version of heapspec reads format ${FORMAT}: use one version for all`,
    );
  }
  const problem = schemaProblem(schema(), data);
  if (problem !== undefined) return refuse(`it is no report of heapspec fuzz: ${problem}`);
  const report = data as FuzzReport | MergedReport;
  if (report.kind === 'run') return checkedRun(report, refuse);
  try {
    return mergeReports(report.runs.map((run) => checkedRun(run, refuse)));
  } catch (error) {
    if (!(error instanceof MergeError)) throw error;
    return refuse(error.message);
  }
}

function parseJson(text: string, refuse: (what: string) => never): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return refuse(`it is no JSON, or was cut short: ${why}`);
  }
}

/** A run whose findings are as they say, and with what follows from it. */
function checkedRun(run: FuzzReport, refuse: (what: string) => never): FuzzReport {
  if (run.shard.index > run.shard.count) {
    refuse(`it is of shard ${run.shard.index} of ${run.shard.count}, which there is not`);
  }
  return {
    ...run,
    unseen: unseenBy(run.incidence),
    findings: run.findings.map((finding, index) => checkedFinding(finding, index, refuse)),
  };
}

/** The command of a finding is that of its program. */
function checkedFinding(finding: FuzzFinding, index: number, refuse: (what: string) => never): FuzzFinding {
  const { program = '', divergence } = finding;
  try {
    const { commands } = parseProgram(program, { file: `the program of finding ${index + 1}` });
    const { commandIndex } = divergence;
    if (commandIndex >= commands.length) {
      refuse(`finding ${index + 1} is about command ${commandIndex + 1} of ${commands.length}`);
    }
    const command = commands.at(Math.max(0, commandIndex)) ?? null;
    return { ...finding, divergence: { ...divergence, command: commandIndex < 0 ? null : command } };
  } catch (error) {
    if (!(error instanceof ProgramSyntaxError)) throw error;
    return refuse(error.message);
  }
}

let read: Schema | undefined;

function schema(): Schema {
  const file = join('docs', 'fuzzing', 'report.schema.json');
  return (read ??= JSON.parse(readFileSync(join(folderThatHolds(file), file), 'utf8')) as Schema);
}
