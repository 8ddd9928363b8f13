import type { ConformanceReport } from '../report.js';
import { VERDICTS } from '../verdicts.js';
import {
  messageOf,
  nameOf,
  originOf,
  tellAll,
  type ReportContext,
  type Told,
  type ToldClause,
} from './context.js';
import { escapeAttribute, escapeLine, escapeText } from './escape.js';
import { tellFinding } from './tell-finding.js';

/** What came of one test case, for those who count; nothing where it passed. */
type Outcome =
  | {
      readonly kind: 'failure' | 'error';
      readonly type: string;
      readonly message: string;
      readonly body: string;
    }
  | { readonly kind: 'skipped'; readonly message: string };

interface TestCase {
  readonly suite: string;
  readonly name: string;
  readonly outcome?: Outcome;
}

/**
 * A report as JUnit's XML: a suite for each theme, a test case for each clause. A known failure is skipped, and one that
 * passes fails; findings of which no clause speaks, and a run that ended early, have test cases of their own.
 */
export function junitXml(report: ConformanceReport, context: ReportContext = {}): string {
  const told = tellAll(report, context);
  const cases = [
    ...told.clauses.map((clause) => clauseCase(clause, told)),
    ...told.judgement.unnamed.map((index) => findingCase(told, index)),
    ...runCases(told),
  ];
  const suites = new Map<string, TestCase[]>();
  for (const one of cases) suites.set(one.suite, [...(suites.get(one.suite) ?? []), one]);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${escapeLine(`heapspec${told.words === undefined ? '' : ` ${told.words.subject}`}: ${nameOf(report)}, ${report.profile}, ${report.level}`)}"${countsOf(cases)}>`,
    ...[...suites].flatMap(([name, some]) => [
      `  <testsuite name="${escapeLine(name)}"${countsOf(some)}>`,
      ...some.flatMap(renderCase),
      '  </testsuite>',
    ]),
    '</testsuites>',
    '',
  ].join('\n');
}

function clauseCase({ clause, verdict, findings, known }: ToldClause, told: Told): TestCase {
  const place = { suite: clause.split('.')[0], name: clause };
  const { comesTo, meaning, name } = VERDICTS[verdict];
  if (comesTo === 'open') return { ...place, outcome: { kind: 'skipped', message: `${name}: ${meaning}` } };
  if (comesTo === 'passing') {
    if (known === undefined) return place;
    const message = 'it is listed as a known failure, but passes: take it off the list';
    return { ...place, outcome: { kind: 'failure', type: 'known-failure', message, body: known.reason } };
  }
  if (known !== undefined) {
    return { ...place, outcome: { kind: 'skipped', message: `known failure: ${known.reason}` } };
  }
  const found = findings.filter((index) => index in told.report.findings);
  return {
    ...place,
    outcome: {
      kind: verdict === 'failed' ? 'failure' : 'error',
      type: verdict,
      message: found.length > 0 ? messageOf(told.report.findings[found[0]]) : meaning,
      body: found.map((index) => bodyOf(told, index)).join('\n\n'),
    },
  };
}

function findingCase(told: Told, index: number): TestCase {
  const finding = told.report.findings[index];
  const kind = finding.breakdown === undefined ? 'failure' : 'error';
  const type = finding.breakdown?.kind ?? finding.divergence.kind;
  const outcome = { kind, type, message: messageOf(finding), body: bodyOf(told, index) } as const;
  return { suite: 'findings of which no clause speaks', name: `finding ${index + 1}`, outcome };
}

function runCases({ report, judgement }: Told): TestCase[] {
  const suite = 'the run';
  const unknown = judgement.unknown.map(({ clause }): TestCase => {
    const message = `${clause} is listed as a known failure, but there is no such clause`;
    return {
      suite,
      name: 'known failures',
      outcome: { kind: 'failure', type: 'known-failure', message, body: '' },
    };
  });
  const name = 'came to its end';
  const message = report.stopped ?? (report.counts.calls === 0 ? 'nothing was run' : undefined);
  if (message === undefined) return [...unknown, { suite, name }];
  return [...unknown, { suite, name, outcome: { kind: 'error', type: 'stopped', message, body: '' } }];
}

function bodyOf(told: Told, index: number): string {
  const finding = told.report.findings[index];
  const { reproduction, breakdown } = finding;
  return [
    `from ${originOf(told, index)}`,
    `again: ${reproduction}`,
    ...(breakdown === undefined ? [] : ['', `${breakdown.kind}: ${breakdown.message}`]),
    '',
    tellFinding(finding),
  ].join('\n');
}

function countsOf(cases: readonly TestCase[]): string {
  const count = (kind: Outcome['kind']): number =>
    cases.filter(({ outcome }) => outcome?.kind === kind).length;
  return ` tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

function renderCase({ suite, name, outcome }: TestCase): string[] {
  const head = `    <testcase classname="${escapeLine(`heapspec.${suite}`)}" name="${escapeLine(name)}"`;
  if (outcome === undefined) return [`${head}/>`];
  const message = ` message="${escapeAttribute(outcome.message)}"`;
  if (outcome.kind === 'skipped') return [`${head}>`, `      <skipped${message}/>`, '    </testcase>'];
  const { kind, type, body } = outcome;
  return [
    `${head}>`,
    `      <${kind} type="${escapeLine(type)}"${message}>${escapeText(body)}</${kind}>`,
    '    </testcase>',
  ];
}
