import { badgeSvg } from './badge.js';
import type { ReportWriter } from './context.js';
import { jsonLines } from './json-lines.js';
import { junitXml } from './junit.js';
import { htmlPage } from './page.js';
import { sarifLog } from './sarif.js';
import { summarize } from './summary.js';

export { badgeSvg } from './badge.js';
export type { ClauseText, ReportContext, ReportWords, ReportWriter } from './context.js';
export { jsonLines } from './json-lines.js';
export { junitXml } from './junit.js';
export { htmlPage } from './page.js';
export { sarifLog } from './sarif.js';
export { recordTimeLines } from './record-time-lines.js';
export { summarize, type SummaryColours } from './summary.js';
export type {
  ComparedMoment,
  Line as ToldLine,
  MapKind,
  MapSide,
  MapSpan,
  ToldDifference,
} from './moment.js';
export { recordTimeLine, type ActualRun, type TimeLine, type TimeLineStep } from './time-line.js';

/** The formats in which a report can be written. */
export const REPORT_FORMATS = {
  text: (report, context) => summarize(report, context),
  jsonl: jsonLines,
  junit: junitXml,
  sarif: sarifLog,
  badge: badgeSvg,
  html: htmlPage,
} as const satisfies Readonly<Record<string, ReportWriter>>;

/** The name of such a format. */
export type ReportFormat = keyof typeof REPORT_FORMATS;
