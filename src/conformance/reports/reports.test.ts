import { Script } from 'node:vm';
import { canaryHeap } from '../../faults/index.js';
import {
  answersOf,
  CANARY_PROGRAM,
  cleanReport,
  HOSTILE,
  SAMPLE_CLAUSES,
  sampleContext,
  sampleReport,
} from '../../../properties/sample-report.js';
import type { ConformanceReport } from '../report.js';
import { printableJson, scriptJson } from './escape.js';
import { REPORT_FORMATS, type ReportContext, type ReportWriter } from './index.js';

type Json = Readonly<Record<string, unknown>>;

const report = sampleReport();
const context = sampleContext(report, answersOf(CANARY_PROGRAM, canaryHeap));
const formats: readonly (readonly [string, ReportWriter])[] = Object.entries(REPORT_FORMATS);

const known: ReportContext = {
  ...context,
  known: [
    { clause: 'free.dirty.kept', reason: `by design ${HOSTILE}`, link: 'https://example.invalid/1' },
    { clause: 'alloc.best-fit', reason: 'once it failed' },
  ],
};

const lines = (one: ConformanceReport, about: ReportContext): Json[] =>
  REPORT_FORMATS.jsonl(one, about)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);

describe.each(formats)('the format %s', (_name, write) => {
  test('is a pure function', () => {
    expect(write(report, context)).toBe(write(sampleReport(), context));
  });

  test('has nothing that a terminal obeys, and nothing that hides or reorders text', () => {
    for (const text of [write(report, context), write(report, known), write(report), write(cleanReport())]) {
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(text.endsWith('\n')).toBe(true);
    }
  });
});

describe('the summary', () => {
  const text = REPORT_FORMATS.text(report, context);

  test('tells each finding with its program and how to see it again', () => {
    expect(text).toContain('FOUND 1  free.dirty.kept, alloc.zeroed');
    expect(text).toContain('free s2 dirty  # <-- operation 6');
    expect(text).toContain('again: npx heapspec conform --seed 7 -- ./canary');
  });

  test('tells the clauses that fail, how many there are of each verdict, and the verdict on all', () => {
    expect(text).toMatch(/^failed {9}free\.dirty\.kept {2}mheap\.go:\d+$/m);
    expect(text).toContain('clauses: 2 failed, 1 nonsense, 1 not exercised, 1 unsupported, 3 passed');
    expect(text).toMatch(/canary 1\.8 does not conform at structure, pages: 3 clauses fail\n$/);
  });

  test('tells what never started once, and not again with each clause', () => {
    const never = cleanReport();
    const breakdown = { kind: 'crashed', message: 'it ended with the exit code 3' } as const;
    const told = REPORT_FORMATS.text(
      {
        ...never,
        clauses: never.clauses.map(({ clause }) => ({ clause, verdict: 'crashed', findings: [0] })),
        findings: [{ ...report.findings[1], breakdown }],
        stopped: 'it could not be started',
      },
      {},
    );
    expect(told).toMatch(/^FOUND 1 {2}crashed$/m);
    expect(told).toMatch(/^clauses: 8 crashed$/m);
    expect(told).toContain('; ended early: it could not be started');
    expect(told).not.toMatch(/^crashed/m);
  });

  test('tells known failures, and those that are out of date', () => {
    const told = REPORT_FORMATS.text(report, known);
    expect(told).toContain('known: by design');
    expect(told).toContain('out of date: alloc.best-fit is listed as a known failure, but passes');
    expect(told).toContain('3 clauses fail, 1 of them known');
  });

  test.each([
    ['conforms at structure, pages: 8 clauses passed', cleanReport(), []],
    ['not judged to the end', { ...cleanReport(), stopped: 'it was interrupted' }, []],
    ['nothing was run', { ...cleanReport(), counts: { ...cleanReport().counts, calls: 0 } }, []],
    ['known failures are out of date', cleanReport(), [{ clause: 'alloc.zeroed', reason: 'why' }]],
  ])('ends with "%s"', (words, one, failures) => {
    expect(REPORT_FORMATS.text(one, { known: failures }).trimEnd().split('\n').at(-1)).toContain(words);
  });
});

describe('JSON lines', () => {
  test('are one run, the clauses, the findings, and an end', () => {
    const kinds = lines(report, context).map(({ kind }) => kind);
    expect(kinds).toEqual(['run', ...report.clauses.map(() => 'clause'), 'finding', 'finding', 'end']);
  });

  test('give back what was found, hostile text and keys among it', () => {
    const found = lines(report, context).filter(({ kind }) => kind === 'finding');
    expect(found[0]).toMatchObject({
      index: 0,
      clauses: report.findings[0].clauses,
      program: CANARY_PROGRAM,
    });
    expect(found[1].reproduction).toBe(report.findings[1].reproduction);
    expect(JSON.stringify(found[1])).toContain('"__proto__":{"polluted":true}');
    expect(({} as Json).polluted).toBeUndefined();
  });

  test('end with the judgement beside what is known', () => {
    expect(lines(report, known).at(-1)).toMatchObject({
      acceptable: false,
      unlisted: ['alloc.zeroed', 'hostile.clause'],
      mended: ['alloc.best-fit'],
      excused: ['free.dirty.kept'],
    });
  });

  test('say what JSON can not', () => {
    expect(printableJson([NaN, -Infinity, 5n])).toBe('["NaN","-Infinity","5n"]');
  });
});

describe('SARIF', () => {
  const run = (one: ConformanceReport, about: ReportContext): Record<string, Json[]> => {
    const log = JSON.parse(REPORT_FORMATS.sarif(one, about)) as {
      version: string;
      runs: Record<string, Json[]>[];
    };
    expect(log.version).toBe('2.1.0');
    expect(log.runs).toHaveLength(1);
    return log.runs[0];
  };

  test('has what the schema requires of each part', () => {
    const { tool, results, invocations, artifacts } = run(report, known);
    const { driver } = tool as unknown as { driver: { name: string; rules: Json[] } };
    expect(driver.name).toBe('heapspec');
    for (const rule of driver.rules) expect(rule).toMatchObject({ id: expect.any(String) as string });
    expect(new Set(driver.rules.map(({ id }) => id)).size).toBe(driver.rules.length);
    for (const one of invocations) expect(one.executionSuccessful).toBe(true);
    for (const result of results) {
      expect((result.message as Json).text).toEqual(expect.any(String));
      expect(driver.rules[result.ruleIndex as number].id).toBe(result.ruleId);
      expect(['none', 'note', 'warning', 'error']).toContain(result.level);
      expect(result.occurrenceCount).toBeGreaterThan(0);
      for (const location of result.locations as { physicalLocation: Record<string, Json> }[]) {
        const { artifactLocation, region } = location.physicalLocation;
        expect((artifacts[artifactLocation.index as number].location as Json).uri).toBe(artifactLocation.uri);
        expect(region.startLine).toBeGreaterThan(0);
      }
      for (const suppression of (result.suppressions ?? []) as Json[]) {
        expect(['inSource', 'external']).toContain(suppression.kind);
      }
    }
  });

  test('points to the command at which the heap is wrong, in the program within the log', () => {
    const { results, artifacts } = run(report, context);
    const result = results.find(({ ruleId }) => ruleId === 'free.dirty.kept');
    const [{ physicalLocation }] = result?.locations as {
      physicalLocation: { region: { startLine: number } };
    }[];
    const { text } = artifacts[0].contents as { text: string };
    expect(text.split('\n')[physicalLocation.region.startLine - 1]).toBe('free s2 dirty');
  });

  test('suppresses known failures alone, and says which are out of date', () => {
    const { results, invocations } = run(report, known);
    const suppressed = results.filter(({ suppressions }) => suppressions !== undefined);
    expect(suppressed.map(({ ruleId }) => ruleId)).toEqual(['free.dirty.kept']);
    expect(JSON.stringify(invocations)).toContain('alloc.best-fit is listed as a known failure, but passes');
  });

  test('has a rule for findings that belong to no clause', () => {
    const { results } = run({ ...report, clauses: [] }, context);
    expect(results.map(({ ruleId }) => ruleId)).toEqual(['heapspec.no-clause', 'heapspec.no-clause']);
  });
});

describe('JUnit', () => {
  const attributes = (xml: string): string[] =>
    xml.split('\n').filter((line) => /<testsuites?[ >]/.test(line));

  test('counts clauses as test cases', () => {
    expect(attributes(REPORT_FORMATS.junit(report, context))[0]).toContain(
      'tests="9" failures="2" errors="1" skipped="2"',
    );
  });

  test('skips known failures, and fails those that pass', () => {
    const xml = REPORT_FORMATS.junit(report, known);
    expect(attributes(xml)[0]).toContain('tests="9" failures="2" errors="1" skipped="3"');
    expect(xml).toContain('message="known failure: by design');
    expect(xml).toContain('it is listed as a known failure, but passes');
  });

  test('has an error where the run ended early, and failures where no clause speaks of findings', () => {
    expect(
      attributes(REPORT_FORMATS.junit({ ...cleanReport(), stopped: 'it was interrupted' }))[0],
    ).toContain('errors="1"');
    expect(attributes(REPORT_FORMATS.junit({ ...report, clauses: [] }))[0]).toContain(
      'failures="1" errors="1"',
    );
  });
});

describe('the badge', () => {
  test.each([
    ['>structure<', cleanReport(), []],
    ['>structure: 3 failing<', report, []],
    ['>structure: 3 known<', report, ['alloc.zeroed', 'free.dirty.kept', 'hostile.clause']],
    ['>structure: known failures out of date<', cleanReport(), ['alloc.zeroed']],
    ['>structure: incomplete<', { ...cleanReport(), stopped: 'it was interrupted' }, []],
  ])('says %s', (words, one, clauses) => {
    const failures = clauses.map((clause) => ({ clause, reason: 'why' }));
    expect(REPORT_FORMATS.badge(one, { known: failures })).toContain(words);
  });
});

describe('the page', () => {
  const page = REPORT_FORMATS.html(report, known);

  test('has its data where nothing in it can end or open an element', () => {
    expect(scriptJson(HOSTILE)).not.toMatch(/[<>&]/);
    expect(JSON.parse(scriptJson(HOSTILE))).toBe(HOSTILE);
    expect(page.match(/<\/script/gi)).toHaveLength(2);
    expect(page).not.toMatch(/<img/i);
  });

  test('loads nothing, and lets nothing run but its own script', () => {
    expect(page).not.toMatch(
      /(?:src|srcset|url\(|@import|<link|<iframe|<object)\s*=?\s*["'(]?\s*(?:https?:|\/\/|data:)/i,
    );
    expect(page).toMatch(/content="default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/);
    expect(page).not.toMatch(/ on[a-z]+=["']?[a-z]+\(|style=/);
  });

  test('tells the clauses, with what is known of them', () => {
    for (const { id, text } of SAMPLE_CLAUSES) {
      expect(page).toContain(`<th scope="row">${id}</th>`);
      expect(page).toContain(text);
    }
    expect(page).toContain('Known failure: by design');
    expect(page).toContain('<a href="https://example.invalid/1" rel="noreferrer noopener">more</a>');
  });

  test('makes no link of what is no web address', () => {
    const link = 'javascript:alert(1)';
    expect(
      REPORT_FORMATS.html(report, { known: [{ clause: 'alloc.zeroed', reason: 'why', link }] }),
    ).not.toContain(link);
  });

  test('has a text of what differs where there is no time line', () => {
    expect(REPORT_FORMATS.html(report)).toContain(
      '<th scope="row"><code>spans[@0x6000].needzero</code></th>',
    );
  });

  test('has its script in one piece', () => {
    const script = /<script>([^]*?)<\/script>/.exec(page)?.[1] ?? '';
    expect(script).toContain('class Viewer');
    expect(script).not.toMatch(/^(?:import|export) /m);
    expect(() => new Script(script)).not.toThrow();
  });
});
