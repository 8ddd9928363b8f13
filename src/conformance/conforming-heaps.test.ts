import { FirstFitHeap } from '../../examples/first-fit/first-fit-heap.js';
import { optimizedHeap } from '../optimized/index.js';
import type { Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { checkConformance } from './check-conformance.js';
import { PROFILES } from './contract.js';
import type { MakeHeap } from './in-process.js';
import type { ConformanceOptions } from './options.js';
import { goldenPrograms } from './programs-of-traces.js';
import type { ConformanceReport } from './report.js';

const QUICK: ConformanceOptions = { runs: 120, traces: false };

const check = (heap: MakeHeap, options: ConformanceOptions): Promise<ConformanceReport> =>
  checkConformance(heap, { ...QUICK, name: 'it', ...options });

const firstFit: MakeHeap = (config, host) => new FirstFitHeap(config, host);

test.each(PROFILES)('the reference, at %s', async (profile) => {
  const report = await checkConformance(referenceHeap, { ...QUICK, profile });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ conforms: true, profile, counts: { generated: 120 } });
  expect(report.counts.calls).toBeGreaterThan(1000);
});

test('is told of on the way, with what repeats a program', async () => {
  const doing = new Set<string>();
  const onProgress: ConformanceOptions['onProgress'] = (progress) => void doing.add(progress.doing);
  await checkConformance(referenceHeap, { traces: false, profile: 'safety', runs: 1, seed: 3, onProgress });
  expect([...doing]).toContain('generated program 1 of seed 3');
});

// The benchmark runs all recordings.
test('the optimized heap, at structure', async () => {
  const report = await checkConformance(optimizedHeap, { ...QUICK, profile: 'structure' });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ conforms: true, profile: 'structure', level: 'objects' });
  expect(report.clauses.every(({ verdict }) => verdict === 'passed')).toBe(true);
});

test('the optimized heap, at structure, in recordings', async () => {
  const programs: Program[] = [];
  for await (const { trace, program } of goldenPrograms(true)) {
    if (/^(?:pages-mixed-0|interleaved-0|throws-.*)\./.test(trace)) programs.push(program);
  }
  expect(programs).toHaveLength(13);
  const report = await checkConformance(optimizedHeap, { programs });
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({ conforms: true, profile: 'structure', counts: { given: 13, skipped: 0 } });
});

test.each(['safety', 'accounting'] as const)('a first-fit heap, at %s', async (profile) => {
  const report = await check(firstFit, { profile, level: 'pages', runs: 400 });
  expect(report.findings).toEqual([]);
  expect(report.conforms).toBe(true);
});

test('a first-fit heap, not at placement, where it breaks what makes best fit, and nothing else', async () => {
  const report = await check(firstFit, { profile: 'placement', level: 'pages' });
  expect(report.stopped).toBeUndefined();
  const broken = report.clauses.filter(({ verdict }) => !['passed', 'unsupported'].includes(verdict));
  expect(broken.filter(({ verdict }) => verdict === 'failed').map(({ clause }) => clause)).toEqual([
    'alloc.newest',
    'alloc.climb',
    'alloc.large-list-last',
    'alloc.best-fit',
    'alloc.best-fit.giant',
    // It has no lists, one of which could be overlooked.
    'growth.fallback.missed',
  ]);
  expect(broken.every(({ clause }) => /^(?:alloc|growth)\./.test(clause))).toBe(true);
  expect(report.findings.every(({ minimal }) => minimal)).toBe(true);
});
