import { createHash } from 'node:crypto';
import { CLAUSES, type ConformanceFinding, type ConformanceReport } from '../../conformance/index.js';
import type { ReportContext } from '../../conformance/reports/context.js';
import { describeFound } from '../describe-finding.js';
import { formatCount, formatMany } from '../format.js';
import type { FuzzFinding } from '../report.js';
import { factsOf, programsOf, unseenTold, verdictOf, type AnyReport } from './facts.js';

/** A report of fuzzing, as those take it who tell reports of conformance. */
export interface ConformanceView {
  readonly report: ConformanceReport;
  readonly context: ReportContext;
}

/**
 * Puts a report of fuzzing into the form of one of conformance, so that its findings are told in the same formats: each
 * under the clause that it most probably breaks.
 */
export function conformanceView(report: AnyReport): ConformanceView {
  const { declaration, counts, findings, troubles, unreadable, exitCode, notes } = report;
  const incomplete = [...troubles, ...unreadable];
  const { profile, level } = declaration;
  return {
    report: {
      declaration,
      profile,
      level,
      seed: report.kind === 'run' ? report.seed : report.runs[0].seed,
      counts: {
        examples: 0,
        traces: 0,
        generated: counts.drawn + counts.mutated,
        given: counts.regressions + counts.corpus,
        calls: counts.operations,
        skipped: 0,
        states: 0,
      },
      clauses: clausesOf(findings),
      findings: findings.map(asConformanceFinding),
      ...(incomplete.length > 0 && { stopped: incomplete.join('; ') }),
      conforms: exitCode === 0,
    },
    context: {
      clauses: CLAUSES,
      version: report.heapspec,
      words: {
        subject: 'fuzzing',
        headline: headlineOf(report),
        badge: `fuzzing: ${verdictOf(report)}`,
        facts: [['profile', profile], ['level', level], ...factsOf(report).slice(1)],
        remarks: [...incomplete, ...unseenTold(report), ...notes],
        origins: findings.map(({ from }) => describeFound(from)),
        fileNames: findings.map(fileNameOf),
      },
    },
  };
}

function headlineOf(report: AnyReport): string {
  const ran = `${formatMany(programsOf(report), 'program')}, ${formatCount(report.counts.operations)} operations`;
  return `${verdictOf(report)}: ${ran}`;
}

/** Of the clauses those that findings break. */
function clausesOf(findings: readonly FuzzFinding[]): ConformanceReport['clauses'] {
  const byClause = new Map<string, number[]>();
  findings.forEach(({ clauses: [clause] }, index) => {
    if (clause === undefined) return;
    byClause.set(clause, [...(byClause.get(clause) ?? []), index]);
  });
  return [...byClause].map(([clause, indexes]) => ({ clause, verdict: 'failed', findings: indexes }));
}

/** A heap of ours that hangs breaks down like one of others that does not answer. */
function asConformanceFinding(finding: FuzzFinding): ConformanceFinding {
  const { kind, message } = finding.divergence;
  return kind === 'hang' ? { breakdown: { kind: 'timed-out', message }, ...finding } : finding;
}

/** A name that tells the program, so that it stays the same from run to run. */
function fileNameOf({ clauses, divergence, program = '' }: FuzzFinding): string {
  const label = (clauses[0] ?? divergence.kind).replaceAll(/[^a-z0-9]+/gi, '-');
  return `${label}-${createHash('sha256').update(program).digest('hex').slice(0, 8)}.heap`;
}
