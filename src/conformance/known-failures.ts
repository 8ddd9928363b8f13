import { printableLine } from './printable.js';
import type { ClauseVerdict, ConformanceReport } from './report.js';
import { isFailing } from './verdicts.js';

/** A clause that an implementation is known to break, and may until somebody has put it right. */
export interface KnownFailure {
  /** The clause's id, such as `alloc.best-fit.tie`. */
  readonly clause: string;
  /** Why it fails, for whoever reads the file next. */
  readonly reason: string;
  /** Where more is said of it: the address of an issue, `http:` or `https:`. */
  readonly link?: string;
}

/** A file of known failures can't be read. */
export class KnownFailuresError extends Error {
  override readonly name = 'KnownFailuresError';
}

const FORM = '{ "knownFailures": [ { "clause": "…", "reason": "…", "link": "https://…" } ] }';

/**
 * Reads a file of known failures: JSON of the form `{ "knownFailures": [{ "clause", "reason", "link" }] }`, in which
 * only the link may be left out.
 *
 * @param name - of the file, for errors.
 * @throws {@link KnownFailuresError} where the text has another form, or names a clause twice.
 */
export function parseKnownFailures(text: string, name: string): KnownFailure[] {
  const refuse = (what: string): never => {
    throw new KnownFailuresError(`${name}: ${printableLine(what)}; known failures are written as ${FORM}`);
  };
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    return refuse(`this is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const list = isObject(data) && Object.hasOwn(data, 'knownFailures') ? data.knownFailures : undefined;
  if (!isObject(data) || !Array.isArray(list)) return refuse('there is no list "knownFailures"');
  const others = Object.keys(data).filter((key) => key !== 'knownFailures');
  if (others.length > 0) refuse(`there is something else, ${JSON.stringify(others[0])}`);

  const seen = new Set<string>();
  return list.map((entry: unknown, index) => {
    const problem = problemOf(entry);
    if (problem !== undefined) refuse(`knownFailures[${index}] ${problem}`);
    const failure = entry as KnownFailure;
    if (seen.has(failure.clause)) refuse(`knownFailures[${index}] names ${failure.clause} once more`);
    seen.add(failure.clause);
    return failure;
  });
}

/** Known failures as the text of a file, by clause. */
export function printKnownFailures(known: readonly KnownFailure[]): string {
  const knownFailures = known
    .toSorted((a, b) => (a.clause < b.clause ? -1 : 1))
    .map(({ clause, reason, link }) => ({ clause, reason, ...(link !== undefined && { link }) }));
  return `${JSON.stringify({ knownFailures }, null, 2)}\n`;
}

/** What a report comes to beside the failures that were known before. */
export interface KnownJudgement {
  /** Whether all that fails is known, all that is known fails or was not judged, and the run came to its end. */
  readonly acceptable: boolean;
  /** Clauses that fail and are not listed. */
  readonly unlisted: readonly string[];
  /** Indexes of the findings that belong to no clause that fails: such can't be listed. */
  readonly unnamed: readonly number[];
  /** Listed clauses that pass. */
  readonly mended: readonly KnownFailure[];
  /** Listed clauses that there are none of. */
  readonly unknown: readonly KnownFailure[];
  /** Listed clauses that fail, as they may. */
  readonly excused: readonly KnownFailure[];
}

/** Holds a report to the failures that are known; where none are, every failure counts. */
export function judgeKnown(report: ConformanceReport, known: readonly KnownFailure[]): KnownJudgement {
  const verdicts = new Map(report.clauses.map(({ clause, verdict }) => [clause, verdict]));
  const listed = new Set(known.map(({ clause }) => clause));
  const failing = report.clauses.filter(({ verdict }) => isFailing(verdict)).map(({ clause }) => clause);
  const unlisted = failing.filter((clause) => !listed.has(clause));
  const named = new Set(
    report.clauses.filter(({ verdict }) => isFailing(verdict)).flatMap((entry) => findingsOf(report, entry)),
  );
  const unnamed = [...report.findings.keys()].filter((index) => !named.has(index));
  const mended = known.filter(({ clause }) => verdicts.get(clause) === 'passed');
  const unknown = known.filter(({ clause }) => !verdicts.has(clause));
  const excused = known.filter(({ clause }) => failing.includes(clause));
  const wrong = unlisted.length + unnamed.length + mended.length + unknown.length;
  return {
    acceptable: wrong === 0 && report.stopped === undefined && report.counts.calls > 0,
    unlisted,
    unnamed,
    mended,
    unknown,
    excused,
  };
}

/** Indexes of the findings that belong to a clause: those that name it, and those that its own example led to. */
export function findingsOf({ findings }: ConformanceReport, entry: ClauseVerdict): number[] {
  const own = [...findings.keys()].filter((index) => {
    const { origin } = findings[index];
    return isFailing(entry.verdict) && origin.kind === 'example' && origin.clause === entry.clause;
  });
  return [...new Set([...entry.findings, ...own])].sort((a, b) => a - b);
}

/**
 * The known failures as a report has them: those that pass or that there is no clause for are left out, those that fail
 * and are not listed come in with what was found for a reason. What was not judged stays as it is.
 *
 * @throws {@link KnownFailuresError} where the run ended early, and so does not tell what passes.
 */
export function fixKnownFailures(report: ConformanceReport, known: readonly KnownFailure[]): KnownFailure[] {
  if (report.stopped !== undefined) {
    throw new KnownFailuresError(
      `the run ended early and does not tell what passes, so the known failures stay as they are: ${report.stopped}`,
    );
  }
  const { unlisted, mended, unknown } = judgeKnown(report, known);
  const gone = new Set([...mended, ...unknown]);
  return [
    ...known.filter((failure) => !gone.has(failure)),
    ...unlisted.map((clause) => ({ clause, reason: `not looked into yet: ${firstMessage(report, clause)}` })),
  ];
}

function firstMessage(report: ConformanceReport, id: string): string {
  const entry = report.clauses.find(({ clause }) => clause === id);
  if (entry === undefined) return 'it fails';
  const finding = findingsOf(report, entry)
    .map((index) => report.findings[index])
    .at(0);
  return printableLine(finding?.breakdown?.message ?? finding?.divergence.message ?? entry.verdict);
}

function problemOf(entry: unknown): string | undefined {
  if (!isObject(entry)) return 'is no object';
  const stranger = Object.keys(entry).find((key) => !['clause', 'reason', 'link'].includes(key));
  if (stranger !== undefined) return `has something else, ${JSON.stringify(stranger)}`;
  const { clause, reason, link } = entry;
  if (typeof clause !== 'string' || clause === '') return 'names no clause';
  if (typeof reason !== 'string' || reason.trim() === '') return 'gives no reason';
  if (link !== undefined && !isWebAddress(link)) return 'has a link that is no http: or https: address';
  return undefined;
}

function isWebAddress(link: unknown): boolean {
  return typeof link === 'string' && URL.canParse(link) && /^https?:$/.test(new URL(link).protocol);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
