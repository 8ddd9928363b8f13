import type { Option } from 'commander';
import {
  InProcessImplementation,
  type ConformanceFinding,
  type Implementation,
} from '../conformance/index.js';
import { recordTimeLine, recordTimeLines, type TimeLine } from '../conformance/reports/index.js';
import {
  conformanceView,
  FUZZ_REPORT_FORMATS,
  type AnyReport,
  type FuzzReportFormat,
  type TimeLines,
} from '../fuzzing/reports/index.js';
import { CliError, EXIT, usageError, worstExitCode, type ExitCode } from './exit-code.js';
import { heapOf, HEAP_NAMES } from './heaps.js';
import { printable } from './printable.js';
import type { Terminal } from './terminal.js';
import {
  checkReports,
  printsReport,
  reportOptionOf,
  writeWantedReports,
  type WantedReport,
} from './wanted-reports.js';

/** What the options about reports were given. */
export interface FuzzReportOptions {
  readonly report: readonly WantedReport<FuzzReportFormat>[];
  readonly json?: boolean;
}

/** The option `--report` of the commands that tell of fuzzing. */
export function fuzzReportOption(): Option {
  return reportOptionOf(Object.keys(FUZZ_REPORT_FORMATS));
}

/**
 * Checks, before any work is done, that reports can go where they are wanted.
 *
 * @throws CliError where one can't.
 */
export async function prepareFuzzReports({ report, json }: FuzzReportOptions): Promise<void> {
  if (json === true && printsReport(report)) {
    throw usageError('--json prints to standard output, and so would a report: give the report a file');
  }
  await checkReports(report);
}

/**
 * Prints what came of fuzzing, and writes the reports that are wanted: each that can be, whatever becomes of the others.
 *
 * @param text - Tells it for a person.
 * @param foreign - The heap of others that was fuzzed, for the page: the programs of the findings run on it once more.
 * @returns What the command ends with.
 */
export async function tellFuzzReports(
  report: AnyReport,
  { report: wanted, json }: FuzzReportOptions,
  text: () => string,
  terminal: Terminal,
  foreign?: Implementation,
): Promise<ExitCode> {
  if (json === true) terminal.printJson(report);
  else if (!printsReport(wanted)) terminal.print(text());
  const showsHeap = wanted.some(({ format }) => format === 'html');
  const timeLines = showsHeap ? await timeLinesOf(report, foreign) : new Map<number, TimeLine>();
  const codes: ExitCode[] = [report.exitCode];
  for (const one of wanted) {
    try {
      await writeWantedReports([one], (format) => FUZZ_REPORT_FORMATS[format](report, timeLines), terminal);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      terminal.error(printable(error.message));
      codes.push(EXIT.incomplete);
    }
  }
  return worstExitCode(codes);
}

/** The heap through the program of each finding: as it should be, and as it was where that can be seen again. */
async function timeLinesOf(report: AnyReport, foreign: Implementation | undefined): Promise<TimeLines> {
  const view = conformanceView(report).report;
  const timeLines = new Map<number, TimeLine>();
  for (const [index, finding] of view.findings.entries()) {
    if (hangsReference(finding)) continue;
    const implementation = foreign ?? ourHeap(report, finding);
    // Such a program is put to a heap as generated ones are.
    const alone = { ...finding, origin: { kind: 'generated', seed: 0, index } } as const;
    const timeLine =
      implementation === undefined
        ? recordTimeLine(alone, view.profile)
        : (await recordTimeLines({ ...view, findings: [alone] }, implementation)).get(0);
    if (timeLine !== undefined) timeLines.set(index, timeLine);
  }
  return timeLines;
}

/** Whether the model itself does not come back: then it can't be watched. */
function hangsReference({ divergence: { kind, heap } }: ConformanceFinding): boolean {
  return kind === 'hang' && heap === 'reference';
}

/** The heap that failed, where it is one of ours: those of others do not perform all that there is. */
function ourHeap(report: AnyReport, { divergence }: ConformanceFinding): Implementation | undefined {
  const runs = report.kind === 'merged' ? report.runs : [report];
  const name = HEAP_NAMES.find((one) => heapOf(one).name === divergence.heap);
  if (name === undefined || !runs.every(({ reachesAllShapes }) => reachesAllShapes)) return undefined;
  return new InProcessImplementation((config, host) => heapOf(name).create(config, host), report.declaration);
}
