import { describeOrigin } from '../case-origin.js';
import type { Profile } from '../contract.js';
import { findingsOf, judgeKnown, type KnownFailure, type KnownJudgement } from '../known-failures.js';
import type { ClauseVerdict, ConformanceFinding, ConformanceReport, Verdict } from '../report.js';
import { VERDICT_NAMES } from '../verdicts.js';
import type { TimeLine } from './time-line.js';

/** What reports say of a clause besides its verdict. */
export interface ClauseText {
  readonly id: string;
  readonly text: string;
  /** Where it is from, such as `mheap.go:747`. */
  readonly source: string;
  readonly level: 'required' | 'detail';
  readonly profile: Profile;
}

/** What a report is told with, besides what was found. */
export interface ReportContext {
  /** The clauses by which it was judged; reports name those that are not here by their id alone. */
  readonly clauses?: readonly ClauseText[];
  /** The failures that were known before; by default none. */
  readonly known?: readonly KnownFailure[];
  /** The heap through the program of each finding, by the finding's index; for the page alone. */
  readonly timeLines?: ReadonlyMap<number, TimeLine>;
  /** The version of heapspec. */
  readonly version?: string;
  /** How it is told, where it is no report of conformance. */
  readonly words?: ReportWords;
}

/**
 * How a report is told that is none of conformance: its findings are such as conformance has, and shown as these are, but
 * they were come by in another way.
 */
export interface ReportWords {
  /** What was done, for titles: `fuzzing`. */
  readonly subject: string;
  /** The verdict on all, in a few words. */
  readonly headline: string;
  /** The same for a badge. */
  readonly badge: string;
  /** What ran: names and values. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What else is to be known, a sentence or two each. */
  readonly remarks: readonly string[];
  /** For each finding where its program is from. */
  readonly origins: readonly string[];
  /** For each finding a name for a file with its program. */
  readonly fileNames: readonly string[];
}

/** Tells a report as text of some format. */
export type ReportWriter = (report: ConformanceReport, context?: ReportContext) => string;

/** What is to be told of a clause. */
export interface ToldClause extends ClauseVerdict {
  readonly known: KnownFailure | undefined;
  readonly text: ClauseText | undefined;
}

/** A report with all that belongs to it put together. */
export interface Told {
  readonly report: ConformanceReport;
  readonly clauses: readonly ToldClause[];
  readonly judgement: KnownJudgement;
  /** How many clauses have each verdict that any has, the worst first. */
  readonly verdicts: ReadonlyMap<Verdict, number>;
  /** How it is told, where it is no report of conformance. */
  readonly words: ReportWords | undefined;
}

/** Puts together what a report says of each clause. */
export function tellAll(report: ConformanceReport, { clauses = [], known = [], words }: ReportContext): Told {
  const texts = new Map(clauses.map((text) => [text.id, text]));
  const failures = new Map(known.map((failure) => [failure.clause, failure]));
  const counted = VERDICT_NAMES.map(
    (name) => [name, report.clauses.filter(({ verdict }) => verdict === name).length] as const,
  );
  return {
    report,
    clauses: report.clauses.map((entry) => ({
      ...entry,
      findings: findingsOf(report, entry),
      known: failures.get(entry.clause),
      text: texts.get(entry.clause),
    })),
    judgement: judgeKnown(report, known),
    verdicts: new Map(counted.filter(([, count]) => count > 0)),
    words,
  };
}

/** What an implementation is called. */
export function nameOf({ declaration: { name, version } }: ConformanceReport): string {
  return version === undefined ? name : `${name} ${version}`;
}

/** What was found, in a sentence without its end. */
export function messageOf({ breakdown, divergence }: ConformanceFinding): string {
  return breakdown?.message ?? divergence.message;
}

/** Where the program of a finding came from, in words. */
export function originOf({ report, words }: Told, index: number): string {
  return words?.origins.at(index) ?? describeOrigin(report.findings[index].origin);
}

/** What shrinking did to a finding's program, in words. */
export function describeShrinking({ minimal, shrinkRuns }: ConformanceFinding): string {
  if (shrinkRuns === 0) return 'not shrunk';
  return `shrunk in ${many(shrinkRuns, 'run')}, ${minimal ? 'proven minimal' : 'not proven minimal'}`;
}

/** The verdict on all, in a few words: `conforms at structure`. */
export function headline({ report, judgement, verdicts, words }: Told): string {
  if (words !== undefined) return words.headline;
  const { profile, level, stopped } = report;
  const where = `at ${profile}, ${level}`;
  const failing = judgement.unlisted.length + judgement.excused.length;
  if (judgement.unlisted.length + judgement.unnamed.length > 0) {
    return `does not conform ${where}: ${describeFailing(failing, judgement)}`;
  }
  if (judgement.mended.length + judgement.unknown.length > 0) {
    return `shows that known failures are out of date ${where}: ${describeOutOfDate(judgement)}`;
  }
  if (stopped !== undefined) return `not judged to the end ${where}: ${stopped}`;
  if (report.counts.calls === 0) return `not judged ${where}: nothing was run`;
  if (failing > 0) return `fails only what is known to fail ${where}: ${many(failing, 'clause')}`;
  const passed = verdicts.get('passed') ?? 0;
  return `conforms ${where}: ${passed > 0 ? `${many(passed, 'clause')} passed` : 'nothing went wrong, and no clause was judged'}`;
}

function describeFailing(failing: number, { excused, unnamed }: KnownJudgement): string {
  const parts = [
    ...(failing > 0 ? [`${many(failing, 'clause')} ${failing === 1 ? 'fails' : 'fail'}`] : []),
    ...(excused.length > 0 ? [`${excused.length} of them known`] : []),
    ...(unnamed.length > 0 ? [`${many(unnamed.length, 'finding')} of which no clause speaks`] : []),
  ];
  return parts.join(', ');
}

function describeOutOfDate({ mended, unknown }: KnownJudgement): string {
  return [
    ...(mended.length > 0
      ? [`${many(mended.length, 'listed clause')} ${mended.length === 1 ? 'passes' : 'pass'}`]
      : []),
    ...(unknown.length > 0 ? [`${many(unknown.length, 'listed clause')} unknown`] : []),
  ].join(', ');
}

/** A count and what it counts: `1 clause`, `2 clauses`. */
export function many(count: number, what: string): string {
  return `${formatCount(count)} ${what}${count === 1 ? '' : 's'}`;
}

/** A count with its thousands set apart: `1,234,567`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
