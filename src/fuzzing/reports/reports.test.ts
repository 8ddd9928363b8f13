import {
  canaryFuzzFinding,
  hostileFuzzFinding,
  sampleFuzzReport,
} from '../../../properties/sample-fuzz-report.js';
import { CANARY_PROGRAM, HOSTILE } from '../../../properties/sample-report.js';
import { mergeReports, parseReport } from '../merging/index.js';
import { conformanceView, FUZZ_REPORT_FORMATS, type AnyReport } from './index.js';

const found = sampleFuzzReport({
  findings: [canaryFuzzFinding(), canaryFuzzFinding({ clauses: [] })],
  exitCode: 1,
});
const hostile = sampleFuzzReport({
  declaration: { name: HOSTILE, version: HOSTILE, profile: 'structure', level: 'pages' },
  heapspec: HOSTILE,
  findings: [hostileFuzzFinding(HOSTILE)],
  unreadable: [HOSTILE],
  notes: [HOSTILE],
  troubles: [HOSTILE],
  shapes: { [HOSTILE]: 1 },
  goesOn: HOSTILE,
  canary: { found: true, story: HOSTILE },
  exitCode: 1,
});
const all: readonly AnyReport[] = [
  sampleFuzzReport(),
  found,
  hostile,
  mergeReports([found]),
  mergeReports([hostile, { ...hostile, shard: { index: 2, count: 2 } }]),
];

describe.each(Object.entries(FUZZ_REPORT_FORMATS))('the format %s', (name, write) => {
  test('has nothing that a terminal obeys, and nothing that hides or reorders text', () => {
    for (const report of all) {
      const text = write(report);
      expect(text).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      expect(text.endsWith('\n')).toBe(true);
    }
  });

  test('lets no heap and no file name make anything but text', () => {
    for (const report of all) {
      const text = write(report);
      // In JSON, and between the fences of Markdown, nothing is markup.
      if (name === 'json' || name === 'sarif') continue;
      const outside = name === 'markdown' ? withoutFences(text) : text;
      expect(outside).not.toContain('<img');
      expect(outside).not.toContain('document.title = "owned"');
    }
  });
});

test('JSON is read again as it was written', () => {
  for (const report of all) {
    const text = FUZZ_REPORT_FORMATS.json(report);
    expect(FUZZ_REPORT_FORMATS.json(parseReport(text, 'report.json'))).toBe(text);
  }
});

describe('Markdown', () => {
  test('tells what ran, what was not seen yet, and the findings with their programs', () => {
    const text = FUZZ_REPORT_FORMATS.markdown(found);
    expect(text).toMatch(/^## heapspec fuzzing: 2 findings\n/);
    expect(text).toContain('| new programs | 40 drawn, 60 made of others |');
    expect(text).toContain('1 shape in 40 drawn programs of the usual kind');
    expect(text).toContain('### 1. free.dirty\n\n> A heap span that is freed as dirty counts as dirty');
    expect(text).toContain('### 2. No clause speaks of this');
    expect(text).toContain('  free s2 dirty  # <-- operation 6\n');
    expect(text).toContain('from program 41 of seed 1, proven minimal, seen 3 times');
    expect(text).toContain('Saved as <code>regressions/free-dirty-01234567.heap</code>.');
  });

  test('has a row for each shard', () => {
    const text = FUZZ_REPORT_FORMATS.markdown(
      mergeReports([found, sampleFuzzReport({ shard: { index: 2, count: 2 } })]),
    );
    expect(text).toContain('| seed 1, shard 1 of 2 | 103 | 12,345 | 2 | 2 findings |');
    expect(text).toContain('| seed 1, shard 2 of 2 | 103 | 12,345 | 0 | nothing found |');
  });

  test('is not ended by fences of others, and has no row too many', () => {
    const message = '```\n# owned\n````\n| a | b |';
    const finding = canaryFuzzFinding({ breakdown: { kind: 'crashed', message } });
    const text = FUZZ_REPORT_FORMATS.markdown({
      ...found,
      declaration: { ...found.declaration, name: 'a | b\n# owned' },
      findings: [finding],
    });
    expect(withoutFences(text)).not.toContain('# owned\n````');
    expect(text).toContain('| heaps | a &#124; b');
    expect(text).toContain('\n`````text\n```\n# owned\n````\n| a | b |\n');
  });

  test('stays below what a job summary may have', () => {
    const findings = Array.from({ length: 300 }, (_, i) =>
      canaryFuzzFinding({ clauses: [`c${i}`], picture: ['x'.repeat(1_000_000)] }),
    );
    const troubles = Array.from({ length: 1000 }, () => 'it was interrupted');
    const text = FUZZ_REPORT_FORMATS.markdown({ ...found, findings, troubles });
    expect(text.length).toBeLessThan(2 ** 20 / 2);
    expect(text).toContain('### 300. c299');
    expect(text).toContain('- and 980 more');
  });
});

describe('the formats of conformance', () => {
  test('tell each finding once, under the clause that it most probably breaks', () => {
    const { report, context } = conformanceView(found);
    expect(report.clauses).toEqual([{ clause: 'free.dirty', verdict: 'failed', findings: [0] }]);
    expect(context.words?.origins).toEqual(['program 41 of seed 1', 'program 41 of seed 1']);
    const sarif = FUZZ_REPORT_FORMATS.sarif(found);
    const [{ results, automationDetails }] = (JSON.parse(sarif) as { runs: Record<string, unknown>[] }).runs;
    expect(results).toMatchObject([{ ruleId: 'free.dirty' }, { ruleId: 'heapspec.no-clause' }]);
    expect(sarif).toMatch(/"uri": "heapspec-findings\/free-dirty-[0-9a-f]{8}\.heap"/);
    expect(automationDetails).toEqual({ id: 'heapspec/fuzzing/reference-and-canary/structure/objects' });
  });

  test('say whether the run came to its end', () => {
    const stopped = sampleFuzzReport({ troubles: ['it was interrupted'], exitCode: 3 });
    expect(FUZZ_REPORT_FORMATS.junit(stopped)).toContain('errors="1"');
    expect(FUZZ_REPORT_FORMATS.junit(stopped)).toContain('it was interrupted');
    expect(FUZZ_REPORT_FORMATS.junit(sampleFuzzReport())).toContain('errors="0"');
    expect(FUZZ_REPORT_FORMATS.junit(found)).toContain('failures="2"');
    expect(FUZZ_REPORT_FORMATS.sarif(stopped)).toContain('"executionSuccessful": false');
    expect(FUZZ_REPORT_FORMATS.badge(stopped)).toContain('fuzzing: incomplete');
    expect(FUZZ_REPORT_FORMATS.badge(sampleFuzzReport())).toContain('fuzzing: nothing found');
  });

  test('have on the page what ran, what is to be known, and the programs', () => {
    const html = FUZZ_REPORT_FORMATS.html(found);
    expect(html).toContain('<title>reference and canary: fuzzing by heapspec</title>');
    expect(html).toContain('<dt>new programs</dt><dd>40 drawn, 60 made of others</dd>');
    expect(html).toContain('2 findings: 103 programs, 12,345 operations');
    expect(html).toContain('from program 41 of seed 1');
    expect(html).toContain(CANARY_PROGRAM.split('\n')[1]);
    expect(html).not.toContain('conforms');
  });

  test('take a heap of ours that hangs for one that does not answer', () => {
    const { divergence } = canaryFuzzFinding();
    const hang = canaryFuzzFinding({ divergence: { ...divergence, kind: 'hang', message: 'it hangs' } });
    const view = conformanceView({ ...found, findings: [hang] });
    expect(view.report.findings[0].breakdown).toEqual({ kind: 'timed-out', message: 'it hangs' });
  });
});

/** Markdown without what stands between fences. */
function withoutFences(text: string): string {
  return text.replaceAll(/^(`{3,})text\n[^]*?\n\1$/gm, '');
}
