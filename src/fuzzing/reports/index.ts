import type { TimeLine } from '../../conformance/reports/index.js';
import { REPORT_FORMATS, type ReportWriter } from '../../conformance/reports/index.js';
import { printableJson } from '../../conformance/reports/escape.js';
import { conformanceView } from './conformance-view.js';
import type { AnyReport } from './facts.js';
import { markdown } from './markdown.js';

export { conformanceView, type ConformanceView } from './conformance-view.js';
export {
  factsOf,
  programsOf,
  SHARD_COLUMNS,
  shardRows,
  unseenTold,
  verdictOf,
  type AnyReport,
} from './facts.js';

/** The heap through the program of each finding, by the finding's index. */
export type TimeLines = ReadonlyMap<number, TimeLine>;

/** The formats in which a report of fuzzing can be written; the time lines are for the page alone. */
export const FUZZ_REPORT_FORMATS = {
  json: (report: AnyReport) => `${printableJson(report)}\n`,
  markdown: (report: AnyReport) => markdown(report),
  html: asConformance(REPORT_FORMATS.html),
  sarif: asConformance(REPORT_FORMATS.sarif),
  junit: asConformance(REPORT_FORMATS.junit),
  badge: asConformance(REPORT_FORMATS.badge),
} as const;

/** The name of such a format. */
export type FuzzReportFormat = keyof typeof FUZZ_REPORT_FORMATS;

function asConformance(write: ReportWriter): (report: AnyReport, timeLines?: TimeLines) => string {
  return (report, timeLines = new Map()) => {
    const view = conformanceView(report);
    return write(view.report, { ...view.context, timeLines });
  };
}
