import { Command } from 'commander';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConformance, InProcessImplementation } from '../conformance/index.js';
import { canaryHeap } from '../faults/index.js';
import { parseProgram } from '../programs/index.js';
import { CANARY_PROGRAM, cleanReport, sampleReport } from '../../properties/sample-report.js';
import {
  checkReports,
  conformExitCode,
  fixKnown,
  prepareReports,
  readKnown,
  reportOption,
  tellReports,
  writeReports,
  type WantedReport,
} from './conform-reports.js';
import { Terminal, type TextStream } from './terminal.js';

let folder: string;
let printed: string;
const stream: TextStream = {
  isTTY: false,
  columns: undefined,
  write: (text) => void (printed += text),
  writeAll: () => Promise.resolve(true),
};
const terminal = new Terminal(stream, stream, {});

beforeEach(() => {
  printed = '';
  folder = mkdtempSync(join(tmpdir(), 'heapspec-reports-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function wanted(...args: string[]): readonly WantedReport[] {
  const command = new Command()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .addOption(reportOption());
  return command.parse(args, { from: 'user' }).opts<{ report: readonly WantedReport[] }>().report;
}

test('reports are named by format and file, as often as one likes', () => {
  expect(wanted()).toEqual([]);
  expect(wanted('--report', 'html=a=b.html', '--report', 'junit=-')).toEqual([
    { format: 'html', path: 'a=b.html' },
    { format: 'junit', path: '-' },
  ]);
});

test.each(['html', 'pdf=a', 'html=', '__proto__=a'])('the report %j is refused', (text) => {
  expect(() => wanted('--report', text)).toThrow('Give a format and a file');
});

test('two reports do not go to one place', () => {
  expect(() => wanted('--report', 'html=-', '--report', 'text=-')).toThrow(
    'Another report goes there already.',
  );
});

test('reports are written where they are wanted, over what is there', async () => {
  const path = join(folder, 'report.xml');
  writeFileSync(path, 'before');
  const targets = [
    { format: 'junit', path },
    { format: 'jsonl', path: '-' },
  ] as const;
  await checkReports(targets);
  await writeReports(sampleReport(), targets, {}, terminal);
  expect(readFileSync(path, 'utf8')).toMatch(/^<\?xml/);
  expect(printed).toMatch(/^\{"kind":"run"/);
  expect(readdirSync(folder)).toEqual(['report.xml']);
});

test('a folder is no place for a report, and that is known before', async () => {
  await expect(checkReports([{ format: 'html', path: folder }])).rejects.toThrow('it is a folder');
});

test('known failures are read, made and rewritten', async () => {
  const path = join(folder, 'known.json');
  await expect(readKnown(path, false)).rejects.toThrow('--fix makes the file');
  const none = await readKnown(path, true);
  expect(none).toEqual([]);
  expect(conformExitCode(sampleReport(), none)).toBe(1);
  const fixed = await fixKnown(path, sampleReport(), none);
  expect(conformExitCode(sampleReport(), fixed)).toBe(0);
  expect(await readKnown(path, false)).toEqual(fixed);
  expect(readdirSync(folder)).toEqual(['known.json']);
  expect(conformExitCode(cleanReport(), fixed)).toBe(1);
  expect(await fixKnown(path, cleanReport(), fixed)).toEqual([]);
});

test('a run that ended early leaves the file as it is, and ends with 3', async () => {
  const path = join(folder, 'known.json');
  writeFileSync(path, '{ "knownFailures": [] }');
  const early = { ...cleanReport(), stopped: 'it was interrupted' };
  await expect(fixKnown(path, early, [])).rejects.toMatchObject({ exitCode: 3 });
  expect(readFileSync(path, 'utf8')).toBe('{ "knownFailures": [] }');
  expect(conformExitCode(early, [])).toBe(3);
});

test('what is no file of known failures ends with 2', async () => {
  const path = join(folder, 'known.json');
  writeFileSync(path, '[]');
  await expect(readKnown(path, true)).rejects.toMatchObject({ exitCode: 2 });
});

test('a run is told as it is wanted, and judged by what is known from now on', async () => {
  const canary = new InProcessImplementation((config, host) => canaryHeap.create(config, host), {
    name: 'canary',
    profile: 'structure',
    level: 'pages',
  });
  const options = {
    report: [{ format: 'html', path: join(folder, 'report.html') }],
    known: join(folder, 'known.json'),
    fix: true,
  } as const;
  const report = await checkConformance(canary, { programs: [parseProgram(CANARY_PROGRAM)] });
  expect(conformExitCode(report, [])).toBe(1);
  const known = await prepareReports(options);
  const judgedBy = await tellReports(report, options, {
    known,
    implementation: canary,
    terminal,
    interrupted: false,
  });
  expect(judgedBy.map(({ clause }) => clause)).toContain('free.dirty');
  expect(conformExitCode(report, judgedBy)).toBe(0);
  expect(await readKnown(options.known, false)).toHaveLength(judgedBy.length);
  expect(printed).toMatch(/canary fails only what is known to fail at structure, pages: \d+ clauses?\n$/);
  expect(readFileSync(options.report[0].path, 'utf8')).toContain('"command":"free s1 dirty"');
});

test.each([
  [{ report: [], fix: true }, '--fix needs --known'],
  [{ report: [{ format: 'text', path: '-' }], json: true } as const, '--json prints to standard output'],
])('options that do not go together are refused: %j', async (options, message) => {
  await expect(prepareReports(options)).rejects.toThrow(message);
});
