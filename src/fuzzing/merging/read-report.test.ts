import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canaryFuzzFinding, sampleFuzzReport } from '../../../properties/sample-fuzz-report.js';
import { printableJson } from '../../conformance/reports/escape.js';
import type { FuzzReport } from '../report.js';
import { mergeReports } from './merge-reports.js';
import { parseReport, readReport, ReportError } from './read-report.js';

const found = sampleFuzzReport({ findings: [canaryFuzzFinding()], exitCode: 1 });

test('a report is read as it was written', () => {
  for (const report of [sampleFuzzReport(), found, mergeReports([found])]) {
    expect(printableJson(parseReport(printableJson(report), 'report.json'))).toBe(printableJson(report));
  }
});

test('what a finding says of its program is held to the program', () => {
  const [finding] = found.findings;
  const { divergence } = finding;
  const forged = {
    ...found,
    findings: [{ ...finding, divergence: { ...divergence, command: { op: 'x' } } }],
  };
  const read = parseReport(JSON.stringify(forged), 'report.json') as FuzzReport;
  expect(read.findings[0].divergence.command).toEqual(JSON.parse(JSON.stringify(divergence.command)));
});

test.each([
  ['', 'it is empty'],
  ['\n', 'it is empty'],
  ['hello', 'it is no JSON, or was cut short'],
  [printableJson(found).slice(0, -20), 'it is no JSON, or was cut short'],
  ['null', 'it is no report of heapspec fuzz'],
  ['[]', 'it is no report of heapspec fuzz'],
  ['{}', 'it is no report of heapspec fuzz: it must be the key "format"'],
  ['{"knownFailures":[]}', 'it is no report of heapspec fuzz'],
  [
    printableJson({ ...found, format: 2 }),
    'it is written in format 2, and this version of heapspec reads format 1',
  ],
  [printableJson({ ...found, jobs: -1 }), '/jobs must be at least 0, and is -1'],
  [printableJson({ ...found, shapes: { a: '1' } }), '/shapes/a must be integer'],
  [printableJson({ ...found, shard: { index: 3, count: 2 } }), 'shard 3 of 2'],
  [printableJson({ ...found, findings: [{}] }), '/findings/0 must be the key'],
  [
    printableJson({ ...found, findings: [canaryFuzzFinding({ program: 'free s1\n' })] }),
    'the program of finding 1:1:6',
  ],
  [
    printableJson({ ...found, findings: [canaryFuzzFinding({ program: 's1 = alloc 1\n' })] }),
    'finding 1 is about command 6 of 1',
  ],
  [
    printableJson({ ...mergeReports([found]), runs: [found, { ...found, heapspec: '\u001b[31m' }] }),
    'different versions',
  ],
])('%#: a text that is no report is refused, with what is wrong', (text, words) => {
  const read = (): unknown => parseReport(text, 'a\u001b[31m.json');
  expect(read).toThrow(ReportError);
  expect(read).toThrow(words);
  expect(read).toThrow(/^a\\u\{1b\}\[31m\.json: [\x20-\x7e…]+$/);
});

describe('files', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'heapspec-reports-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  test('one that is not there is no error, one that can not be read is', () => {
    expect(readReport(join(folder, 'report.json'))).toBeUndefined();
    expect(() => readReport(folder)).toThrow(`${folder}: it is a folder`);
  });

  test('one of bytes is refused', () => {
    const path = join(folder, 'report.json');
    writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d]));
    expect(() => readReport(path)).toThrow('it is not text in UTF-8: line 1, column 2');
  });
});
