import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { SaxesParser } from 'saxes';
import { canaryHeap } from '../../faults/index.js';
import {
  answersOf,
  CANARY_PROGRAM,
  cleanReport,
  HOSTILE,
  sampleContext,
  sampleReport,
} from '../../../properties/sample-report.js';
import type { ConformanceReport } from '../report.js';
import { REPORT_FORMATS, type ReportContext } from './index.js';

// What others read is held to what they expect: SARIF to its schema, XML to a parser that forgives nothing.

const report = sampleReport();
const context = sampleContext(report, answersOf(CANARY_PROGRAM, canaryHeap));
const known = [
  { clause: 'free.dirty.kept', reason: `by design ${HOSTILE}`, link: 'https://example.invalid/1' },
  { clause: 'alloc.best-fit', reason: 'once it failed' },
  { clause: 'no.such.clause', reason: HOSTILE },
];

const RUNS: readonly (readonly [what: string, report: ConformanceReport, context: ReportContext])[] = [
  ['that failed', report, context],
  ['of which nothing else is known', report, {}],
  ['with known failures', report, { ...context, known }],
  ['in which all is well', cleanReport(), context],
  ['that ended early', sampleReport({ stopped: `it was interrupted ${HOSTILE}` }), context],
  ['in which nothing was run', cleanRunOfNothing(), context],
  ['with findings of which no clause speaks', { ...report, clauses: [] }, context],
  ['of a heap with a hostile name', hostileRun(), context],
];

function cleanRunOfNothing(): ConformanceReport {
  const clean = cleanReport();
  return { ...clean, counts: { ...clean.counts, calls: 0 }, conforms: false };
}

function hostileRun(): ConformanceReport {
  const { declaration, clauses } = report;
  return sampleReport({
    declaration: { ...declaration, name: HOSTILE, version: HOSTILE },
    clauses: clauses.map((one, i) => (i === 0 ? { ...one, clause: HOSTILE, verdict: 'crashed' } : one)),
  });
}

/** The schema of SARIF 2.1.0, which a package brings; its draft and this one's differ in nothing that it uses. */
const SCHEMA = require.resolve('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json');
const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(SCHEMA, 'utf8')) as Record<string, unknown>;
const fits = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);

/** What is wrong with a log, by the schema. */
function problemsOf(log: unknown): string[] {
  fits(log);
  return (fits.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

test.each(RUNS)('the SARIF log of a run %s fits the schema of SARIF', (_what, one, about) => {
  expect(problemsOf(JSON.parse(REPORT_FORMATS.sarif(one, about)))).toEqual([]);
});

test('no log but a right one fits the schema of SARIF', () => {
  const log = JSON.parse(REPORT_FORMATS.sarif(report, context)) as { runs: { results: object[] }[] };
  const [run] = log.runs;
  const wrong: unknown[] = [
    { ...log, runs: [{ ...run, tool: {} }] },
    { ...log, runs: [{ ...run, results: run.results.map((result) => ({ ...result, level: 'bad' })) }] },
    { ...log, runs: [{ ...run, results: run.results.map((result) => ({ ...result, rule: 'x' })) }] },
  ];
  for (const one of wrong) expect(problemsOf(one)).not.toEqual([]);
});

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
}

/** Reads XML. @throws Error where it is not well-formed. */
function parseXml(xml: string): Element {
  const root: Element = { name: '', attributes: {}, children: [] };
  const open = [root];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [] };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return root.children[0];
}

/** What may stand in each element of a JUnit report, and the attributes that it has. */
const JUNIT: Readonly<Record<string, { readonly within: string; readonly attributes: readonly string[] }>> = {
  testsuites: { within: 'testsuite', attributes: ['name', 'tests', 'failures', 'errors', 'skipped'] },
  testsuite: { within: 'testcase', attributes: ['name', 'tests', 'failures', 'errors', 'skipped'] },
  testcase: { within: 'failure error skipped', attributes: ['classname', 'name'] },
  failure: { within: '', attributes: ['type', 'message'] },
  error: { within: '', attributes: ['type', 'message'] },
  skipped: { within: '', attributes: ['message'] },
};

function requireJunit({ name, attributes, children }: Element): void {
  expect([name, Object.keys(attributes)]).toEqual([name, JUNIT[name].attributes]);
  expect(JUNIT[name].within.split(' ')).toEqual(expect.arrayContaining(children.map((child) => child.name)));
  if (name === 'testcase') expect(children.length).toBeLessThanOrEqual(1);
  for (const child of children) requireJunit(child);
}

/** How many elements of each name there are. */
function countOf(name: string, { children, ...element }: Element): number {
  return children.reduce((sum, child) => sum + countOf(name, child), element.name === name ? 1 : 0);
}

function requireCounts(suite: Element): void {
  const { tests, failures, errors, skipped } = suite.attributes;
  const counted = ['testcase', 'failure', 'error', 'skipped'].map((name) => String(countOf(name, suite)));
  expect([tests, failures, errors, skipped]).toEqual(counted);
}

test.each(RUNS)('the JUnit report of a run %s is well-formed, and adds up', (_what, one, about) => {
  const root = parseXml(REPORT_FORMATS.junit(one, about));
  expect(root.name).toBe('testsuites');
  requireJunit(root);
  for (const suite of [root, ...root.children]) requireCounts(suite);
});

test.each(RUNS)('the badge of a run %s is well-formed', (_what, one, about) => {
  expect(parseXml(REPORT_FORMATS.badge(one, about)).name).toBe('svg');
});

test('what is not well-formed is no XML', () => {
  const xml = REPORT_FORMATS.junit(report, context);
  for (const one of [xml.replace('</testsuites>', ''), xml.replace('&lt;', '<'), `${xml}\u0001`]) {
    expect(() => parseXml(one)).toThrow();
  }
});
