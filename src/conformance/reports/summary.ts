import { describeOrigin } from '../case-origin.js';
import { printable, printableLine } from '../printable.js';
import type { ConformanceFinding, ConformanceReport, Verdict } from '../report.js';
import { VERDICTS } from '../verdicts.js';
import {
  describeShrinking,
  headline,
  many,
  messageOf,
  nameOf,
  tellAll,
  type ReportContext,
  type Told,
  type ToldClause,
} from './context.js';
import { tellFinding } from './tell-finding.js';

/** How a summary is coloured; each gives the text that it is given, in its colour. */
export type SummaryColours = Readonly<
  Record<'red' | 'green' | 'yellow' | 'dim' | 'bold', (text: string) => string>
>;

const same = (text: string): string => text;
const NO_COLOURS: SummaryColours = { red: same, green: same, yellow: same, dim: same, bold: same };

/** Findings that are told in full; of the others only what is wrong. */
const MOST_IN_FULL = 10;

/** A report as plain text for a terminal: the findings, then the clauses that fail, then a verdict on all. */
export function summarize(
  report: ConformanceReport,
  context: ReportContext = {},
  colours: SummaryColours = NO_COLOURS,
): string {
  const told = tellAll(report, context);
  const parts = [
    ...report.findings.map((finding, index) => renderFinding(finding, index, colours)),
    renderClauses(told, colours),
    renderOutOfDate(told, colours),
    renderEnd(told, colours),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function renderFinding(finding: ConformanceFinding, index: number, colours: SummaryColours): string {
  const { clauses, breakdown, origin, occurrences, reproduction } = finding;
  const what = clauses.length > 0 ? clauses.map(printableLine).join(', ') : 'no clause speaks of this';
  const title = `${colours.red('FOUND')} ${index + 1}  ${breakdown === undefined ? what : VERDICTS[breakdown.kind].name}`;
  if (index >= MOST_IN_FULL) return `${title}\n${printableLine(messageOf(finding))}`;
  const times = occurrences > 1 ? `, found ${many(occurrences, 'time')}` : '';
  return [
    title,
    colours.dim(printableLine(`${describeOrigin(origin)}, ${describeShrinking(finding)}${times}`)),
    '',
    printable(tellFinding(finding)),
    '',
    `again: ${printableLine(reproduction)}`,
  ].join('\n');
}

function renderClauses({ clauses, verdicts }: Told, colours: SummaryColours): string {
  // Of what never started all clauses have one verdict, and the counts say which.
  const areAlike = clauses.length > 1 && verdicts.size === 1;
  const told = clauses.filter(
    ({ verdict, known }) => known !== undefined || (VERDICTS[verdict].comesTo === 'failing' && !areAlike),
  );
  const width = Math.max(0, ...told.map(({ clause }) => printableLine(clause).length));
  const lines = told.map((entry) => renderClause(entry, width, colours));
  const counts = [...verdicts].map(([verdict, count]) =>
    paint(verdict, colours)(`${count} ${VERDICTS[verdict].name}`),
  );
  const summary = counts.length > 0 ? counts.join(', ') : 'none was judged';
  return [...lines, ...(lines.length > 0 ? [''] : []), `clauses: ${summary}`].join('\n');
}

function renderClause(
  { clause, verdict, known, text }: ToldClause,
  width: number,
  colours: SummaryColours,
): string {
  const name = printableLine(clause).padEnd(width);
  const excuse = known === undefined ? '' : `  ${colours.yellow('known:')} ${printableLine(known.reason)}`;
  const source = text === undefined ? '' : `  ${colours.dim(printableLine(text.source))}`;
  return `${paint(verdict, colours)(VERDICTS[verdict].name.padEnd(13))}  ${name}${source}${excuse}`;
}

function renderOutOfDate({ judgement: { mended, unknown } }: Told, colours: SummaryColours): string {
  return [
    ...mended.map(
      ({ clause }) => `${clause} is listed as a known failure, but passes: take it off (--fix does)`,
    ),
    ...unknown.map(({ clause }) => `${clause} is listed as a known failure, but there is no such clause`),
  ]
    .map((line) => `${colours.yellow('out of date:')} ${printableLine(line)}`)
    .join('\n');
}

function renderEnd(told: Told, colours: SummaryColours): string {
  const { report, judgement } = told;
  const { examples, traces, generated, given, calls, skipped, states } = report.counts;
  const ran = [
    many(examples, 'example'),
    many(traces, 'recording'),
    many(generated, 'generated program'),
    ...(given > 0 ? [many(given, 'given program')] : []),
  ];
  const end = report.stopped === undefined ? '' : printableLine(`; ended early: ${report.stopped}`);
  const skips = skipped > 0 ? `, ${many(skipped, 'call')} skipped` : '';
  const verdict = judgement.acceptable
    ? colours.green
    : report.stopped === undefined || judgement.unlisted.length + judgement.unnamed.length > 0
      ? colours.red
      : colours.yellow;
  return [
    `${ran.join(', ')}: ${many(calls, 'call')}, ${many(states, 'state')}${skips}; seed ${report.seed}${end}`,
    `${colours.bold(printableLine(nameOf(report)))} ${verdict(printableLine(headline(told)))}`,
  ].join('\n');
}

function paint(verdict: Verdict, colours: SummaryColours): (text: string) => string {
  return { failing: colours.red, passing: colours.green, open: colours.dim }[VERDICTS[verdict].comesTo];
}
