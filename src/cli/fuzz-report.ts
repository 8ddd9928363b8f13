import { CLAUSES } from '../conformance/index.js';
import {
  describeFound,
  describeShrinking,
  type FuzzFinding,
  type FuzzReport,
  type MergedReport,
} from '../fuzzing/index.js';
import {
  factsOf,
  programsOf,
  SHARD_COLUMNS,
  shardRows,
  unseenTold,
  verdictOf,
  type AnyReport,
} from '../fuzzing/reports/index.js';
import { renderDivergence } from '../lockstep/index.js';
import { parseProgram } from '../programs/index.js';
import { brokenClause, headlineOf } from './finding.js';
import { formatCount, formatMany } from './format.js';
import { printable, printableLine } from './printable.js';
import { layOutTable } from './table.js';
import type { Colours, Terminal } from './terminal.js';

/** Files that are named of those that were ignored. */
const MOST_IGNORED = 5;

/** What runs of campaigns did and found, for a person: the findings, what ran, and the line that goes on. */
export function renderFuzzing(report: AnyReport, { colours }: Pick<Terminal, 'colours'>): string {
  return [
    ...report.findings.map((finding) => `${colours.red('FOUND')} ${renderFound(finding)}`),
    renderCounts(report, colours),
    ...(report.kind === 'merged' ? [renderShards(report, colours)] : []),
    renderKnowledge(report),
    renderVerdict(report, colours),
  ].join('\n\n');
}

/** A finding, complete by itself. */
function renderFound(finding: FuzzFinding): string {
  const { divergence, program: text = '', file, reproduction, picture, occurrences } = finding;
  const program = parseProgram(text);
  return [
    printableLine(headlineOf({ divergence })),
    ...CLAUSES.filter(({ id }) => finding.clauses.includes(id))
      .sort((a, b) => finding.clauses.indexOf(a.id) - finding.clauses.indexOf(b.id))
      .map(brokenClause),
    printableLine(historyOf(finding)),
    ...(occurrences > 1 ? [`seen ${formatCount(occurrences)} times`] : []),
    '',
    printable(renderDivergence(program, divergence)).trimEnd(),
    '',
    ...picture.map(printable),
    file === undefined
      ? 'It could not be saved to a file: keep the program above.'
      : `saved: ${printableLine(file)}`,
    `again: ${printableLine(reproduction)}`,
  ].join('\n');
}

/** Where a finding is from and what was done to it, in words. */
function historyOf(finding: FuzzFinding): string {
  const { from, foundCommands, program = '', shrinkRuns, minimal, unshrunk } = finding;
  const origin = describeFound(from);
  const early = unshrunk === undefined ? '' : `: ${unshrunk}`;
  if (from.kind === 'regression' && shrinkRuns === 0 && unshrunk === undefined) return origin;
  const to = parseProgram(program).commands.length;
  return `${origin}, ${describeShrinking({ from: foundCommands, to, runs: shrinkRuns, minimal })}${early}`;
}

function renderCounts(report: AnyReport, colours: Colours): string {
  const rows = factsOf(report).map(([name, value]) => [colours.dim(name), printableLine(value)]);
  return layOutTable(rows).join('\n');
}

function renderShards(report: MergedReport, colours: Colours): string {
  const head = SHARD_COLUMNS.map((name) => colours.dim(name));
  return layOutTable([head, ...shardRows(report)], ['left', 'right', 'right', 'right']).join('\n');
}

/** What is not known yet, and what was found in the folders besides. */
function renderKnowledge(report: AnyReport): string {
  return [
    ...unseenTold(report),
    ...(report.kind === 'run' ? renderIgnored(report) : []),
    ...report.notes.map(printableLine),
  ].join('\n');
}

function renderIgnored({ corpus: { ignored, ignoredCount } }: FuzzReport): string[] {
  if (ignoredCount === 0) return [];
  const named = ignored
    .slice(0, MOST_IGNORED)
    .map(({ file, why }) => `  ${printableLine(file)}: ${printableLine(why)}`);
  const left = ignoredCount - named.length;
  return [
    `${formatMany(ignoredCount, 'file')} in the corpus folder left alone:`,
    ...named,
    ...(left > 0 ? [`  and ${formatCount(left)} more`] : []),
  ];
}

function renderVerdict(report: AnyReport, colours: Colours): string {
  const { findings, troubles, unreadable, counts } = report;
  const isIncomplete = troubles.length + unreadable.length > 0;
  const paint = findings.length > 0 ? colours.red : isIncomplete ? colours.yellow : colours.green;
  const ran = `${formatMany(programsOf(report), 'program')}, ${formatMany(counts.operations, 'operation')}`;
  return [
    ...unreadable.map((problem) => `${colours.red('unreadable:')} ${printableLine(problem)}`),
    ...troubles.map((trouble) => `${colours.yellow('incomplete:')} ${printableLine(trouble)}`),
    `${paint(verdictOf(report))}: ${ran}`,
    ...(report.kind === 'run' ? [`goes on: ${printableLine(report.goesOn)}`] : []),
  ].join('\n');
}
