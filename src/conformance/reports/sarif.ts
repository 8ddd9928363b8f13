import { createHash } from 'node:crypto';
import { printable } from '../printable.js';
import type { ConformanceFinding, ConformanceReport } from '../report.js';
import { isFailing, VERDICTS } from '../verdicts.js';
import {
  messageOf,
  nameOf,
  originOf,
  tellAll,
  type ReportContext,
  type Told,
  type ToldClause,
} from './context.js';
import { printableJson } from './escape.js';

/** The rule of findings of which no clause speaks. */
const NO_CLAUSE = 'heapspec.no-clause';

/**
 * A report as SARIF 2.1.0: a rule for each clause, and a result for each finding of a clause. The programs are within
 * the log as artifacts, so that a result has a place to point to; known failures are suppressed.
 */
export function sarifLog(report: ConformanceReport, context: ReportContext = {}): string {
  const told = tellAll(report, context);
  const rules = rulesOf(told);
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'heapspec',
            ...(context.version !== undefined && {
              version: context.version,
              semanticVersion: context.version,
            }),
            rules,
          },
        },
        automationDetails: {
          id: asId(
            `heapspec${told.words === undefined ? '' : `/${told.words.subject}`}/${nameOf(report)}/${report.profile}/${report.level}`,
          ),
        },
        invocations: [invocationOf(told)],
        artifacts: report.findings.map((finding, index) => artifactOf(finding, index, told)),
        results: resultsOf(
          told,
          rules.map(({ id }) => id),
        ),
        columnKind: 'utf16CodeUnits',
        properties: {
          profile: report.profile,
          level: report.level,
          seed: report.seed,
          counts: told.words === undefined ? report.counts : Object.fromEntries(told.words.facts),
        },
      },
    ],
  };
  return `${printableJson(log, 2)}\n`;
}

interface Rule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly properties?: object;
}

function rulesOf({ clauses, judgement }: Told): Rule[] {
  const rules = clauses.map(({ clause, text }): Rule => {
    if (text === undefined) return { id: clause, shortDescription: { text: clause } };
    const { source, level, profile } = text;
    return { id: clause, shortDescription: { text: text.text }, properties: { source, level, profile } };
  });
  if (judgement.unnamed.length === 0) return rules;
  return [
    ...rules,
    { id: NO_CLAUSE, shortDescription: { text: 'Something is wrong of which no clause speaks.' } },
  ];
}

function invocationOf({ report, judgement }: Told): object {
  const outOfDate = [
    ...judgement.mended.map(({ clause }) => `${clause} is listed as a known failure, but passes.`),
    ...judgement.unknown.map(
      ({ clause }) => `${clause} is listed as a known failure, but there is no such clause.`,
    ),
  ];
  return {
    executionSuccessful: report.stopped === undefined,
    ...(report.stopped !== undefined && {
      toolExecutionNotifications: [{ level: 'error', message: { text: printable(report.stopped) } }],
    }),
    ...(outOfDate.length > 0 && {
      toolConfigurationNotifications: outOfDate.map((text) => ({
        level: 'error',
        message: { text: printable(text) },
      })),
    }),
  };
}

function artifactOf({ program }: ConformanceFinding, index: number, told: Told): object {
  return {
    location: { uri: artifactName(told, index) },
    mimeType: 'text/plain',
    ...(program !== undefined && { contents: { text: printable(program) } }),
    description: { text: printable(originOf(told, index)) },
  };
}

function artifactName({ words }: Told, index: number): string {
  return `heapspec-findings/${words?.fileNames.at(index) ?? `finding-${index + 1}.heap`}`;
}

function resultsOf(told: Told, rules: readonly string[]): object[] {
  const { clauses, judgement } = told;
  const named = clauses
    .filter(({ verdict }) => isFailing(verdict))
    .flatMap((clause) => {
      if (clause.findings.length === 0) return [bareResult(clause, rules)];
      return clause.findings.map((index) => resultOf(told, index, clause.clause, rules, clause));
    });
  return [...named, ...judgement.unnamed.map((index) => resultOf(told, index, NO_CLAUSE, rules))];
}

function bareResult(clause: ToldClause, rules: readonly string[]): object {
  return {
    ruleId: clause.clause,
    ruleIndex: rules.indexOf(clause.clause),
    level: 'error',
    message: { text: VERDICTS[clause.verdict].meaning },
    ...suppressionOf(clause),
  };
}

function resultOf(
  told: Told,
  index: number,
  rule: string,
  rules: readonly string[],
  clause?: ToldClause,
): object {
  const finding = told.report.findings[index];
  const { divergence, program, reproduction, origin, occurrences, minimal } = finding;
  const fingerprint = createHash('sha256')
    .update(`${rule}\n${program ?? reproduction}`)
    .digest('hex')
    .slice(0, 32);
  return {
    ruleId: rule,
    ruleIndex: rules.indexOf(rule),
    level: 'error',
    message: { text: printable(`${messageOf(finding)}\nagain: ${reproduction}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: artifactName(told, index), index },
          region: { startLine: lineOf(program, divergence.commandIndex) },
        },
      },
    ],
    partialFingerprints: { 'heapspecProgram/v1': fingerprint },
    occurrenceCount: Math.max(occurrences, 1),
    ...suppressionOf(clause),
    properties: {
      kind: finding.breakdown?.kind ?? divergence.kind,
      operation: divergence.operation,
      origin,
      minimal,
      reproduction,
      differences: divergence.differences,
    },
  };
}

function suppressionOf(clause: ToldClause | undefined): object {
  if (clause?.known === undefined) return {};
  const { reason, link } = clause.known;
  const justification = printable(link === undefined ? reason : `${reason} (${link})`);
  return { suppressions: [{ kind: 'external', status: 'accepted', justification }] };
}

/** The line of a printed program, from 1, on which a command stands; the first where there is none. */
function lineOf(program: string | undefined, commandIndex: number): number {
  if (program === undefined || commandIndex < 0) return 1;
  const isCommand = (line: string): boolean => line.trim() !== '' && !/^\s*(?:#|config\b|host\b)/.test(line);
  let left = commandIndex;
  const found = program.split('\n').findIndex((line) => isCommand(line) && left-- === 0);
  return found + 1 || 1;
}

/** Identifiers of runs are hierarchies: what comes from elsewhere must not add to them. */
function asId(text: string): string {
  return printable(text).replaceAll(/\s+/g, '-');
}
