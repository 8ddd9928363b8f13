import fc from 'fast-check';
import { canaryFuzzFinding, sampleFuzzReport } from '../../../properties/sample-fuzz-report.js';
import { printableJson } from '../../conformance/reports/escape.js';
import { SHAPES } from '../../lockstep/index.js';
import { estimateUnseen } from '../good-turing.js';
import type { FuzzFinding, FuzzReport } from '../report.js';
import { unseenBy } from '../unseen-by.js';
import { mergeReports } from './merge-reports.js';
import { parseReport } from './read-report.js';

const second = (changes: Partial<FuzzReport> = {}): FuzzReport =>
  sampleFuzzReport({ shard: { index: 2, count: 2 }, ...changes });

const findings: fc.Arbitrary<FuzzFinding> = fc
  .record({
    clause: fc.constantFrom('free.dirty', 'alloc.best-fit', 'sweep.pages'),
    commands: fc.integer({ min: 7, max: 9 }),
    occurrences: fc.integer({ min: 1, max: 9 }),
    minimal: fc.boolean(),
  })
  .map(({ clause, commands, occurrences, minimal }) => {
    const { program = '' } = canaryFuzzFinding();
    const longer = `${program}${'tick 1s\n'.repeat(commands - 7)}`;
    return canaryFuzzFinding({ clauses: [clause], occurrences, minimal, program: longer });
  });

/** Reports of one campaign, among which several may be of one shard. */
const reports: fc.Arbitrary<FuzzReport> = fc
  .record({
    index: fc.integer({ min: 1, max: 3 }),
    lane: fc.integer({ min: 0, max: 1 }),
    runs: fc.integer({ min: 0, max: 4 }),
    operations: fc.nat(1000),
    found: fc.array(findings, { maxLength: 3 }),
    troubles: fc.array(fc.constantFrom('it was interrupted', 'the disk is full'), { maxLength: 1 }),
    unreadable: fc.array(fc.constantFrom('a.heap: it is empty'), { maxLength: 1 }),
    once: fc.constantFrom('growth/first', 'query/nil', 'query/nil*8'),
  })
  .map(({ index, lane, runs, operations, found, troubles, unreadable, once }) => {
    const incidence = { programs: runs + 1, features: { [once]: 1 } };
    return sampleFuzzReport({
      shard: { index, count: 3 },
      lane,
      campaign: { runs, drawn: runs, mutated: 0, operations },
      findings: found,
      troubles,
      unreadable,
      incidence,
      unseen: unseenBy(incidence),
      exitCode: found.length > 0 ? 1 : troubles.length > 0 ? 3 : unreadable.length > 0 ? 2 : 0,
    });
  });

test('in which order reports are merged, and which of them first, does not matter', () => {
  fc.assert(
    fc.property(fc.array(reports, { minLength: 3, maxLength: 6 }), fc.nat(), (all, at) => {
      const whole = mergeReports(all);
      const cut = 1 + (at % (all.length - 1));
      const halves = [mergeReports(all.slice(cut)), mergeReports(all.slice(0, cut))];
      expect(mergeReports(halves)).toEqual(whole);
      expect(mergeReports(all.toReversed())).toEqual(whole);
      expect(mergeReports([whole, ...all, whole])).toEqual(whole);
      expect(printableJson(parseReport(printableJson(whole), 'all.json'))).toBe(printableJson(whole));
    }),
    { numRuns: 200 },
  );
});

test('no finding is lost, and the smallest program of each is told', () => {
  fc.assert(
    fc.property(fc.array(reports, { minLength: 1, maxLength: 5 }), (all) => {
      const found = all.flatMap((report) => report.findings);
      const merged = mergeReports(all).findings;
      expect(new Set(merged.map(({ clauses }) => clauses[0]))).toEqual(
        new Set(found.map(({ clauses }) => clauses[0])),
      );
      expect(merged.length).toBe(new Set(found.map(({ clauses }) => clauses[0])).size);
      for (const { clauses, program = '' } of merged) {
        const sizes = found.filter((one) => one.clauses[0] === clauses[0]).map((one) => one.program?.length);
        expect(program.length).toBe(Math.min(...sizes.map((size = 0) => size)));
      }
    }),
    { numRuns: 100 },
  );
});

test('counts and shapes add up, and what was not seen is estimated from all', () => {
  const other = second({
    shapes: { 'growth/first': 9, 'growth/joins-tail': 1 },
    incidence: { programs: 60, features: { 'growth/first': 60, 'growth/first*8': 1, 'query/nil': 1 } },
  });
  const merged = mergeReports([sampleFuzzReport(), other]);
  expect(merged.counts).toEqual({
    regressions: 2,
    corpus: 4,
    drawn: 80,
    mutated: 120,
    operations: 24_690,
    work: 6000,
  });
  expect(merged.campaign.runs).toBe(200);
  expect([merged.jobs, merged.milliseconds]).toEqual([4, 2000]);
  expect(merged.shapes).toEqual({ 'growth/first': 110, 'growth/joins-tail': 1, 'query/nil': 3 });
  // growth/first 100, growth/first*8 3, growth/first+query/nil 1, query/nil 1
  expect(merged.unseen.features).toEqual(estimateUnseen(100, [100, 3, 1, 1]));
  expect(merged.unseen.shapes).toEqual(estimateUnseen(100, [100, 1]));
  expect(merged).toMatchObject({ missing: [], troubles: [], exitCode: 0 });
});

test('of one finding the smallest program is told, with how often all saw it', () => {
  const long = canaryFuzzFinding({
    program: `${canaryFuzzFinding().program ?? ''}tick 1s\n`,
    occurrences: 2,
  });
  const other = canaryFuzzFinding({ clauses: ['alloc.best-fit'] });
  const merged = mergeReports([
    sampleFuzzReport({ findings: [long], exitCode: 1 }),
    second({ findings: [canaryFuzzFinding({ occurrences: 5 }), other], exitCode: 1 }),
  ]);
  expect(merged.findings).toEqual([other, canaryFuzzFinding({ occurrences: 7 })]);
  expect(merged.exitCode).toBe(1);
});

test('of two reports of one shard the later one counts, with the findings of both', () => {
  const before = sampleFuzzReport({ findings: [canaryFuzzFinding()], exitCode: 1 });
  const after = sampleFuzzReport({
    campaign: { runs: 200, drawn: 80, mutated: 120, operations: 24_000 },
    troubles: ['it was interrupted'],
    exitCode: 3,
  });
  const merged = mergeReports([after, before, second()]);
  expect(merged.campaign.runs).toBe(300);
  expect(merged.findings).toHaveLength(1);
  expect(merged.runs).toHaveLength(2);
  expect(merged.troubles).toEqual(['seed 1, shard 1 of 2: it was interrupted']);
});

test.each([
  [[0, 0], 0],
  [[0, 2], 2],
  [[2, 3], 3],
  [[3, 1], 1],
] as const)('shards that end with %j end with %d together', (codes, worst) => {
  const shards = codes.map((code, index) =>
    sampleFuzzReport({
      shard: { index: index + 1, count: 2 },
      exitCode: code,
      ...(code === 1 && { findings: [canaryFuzzFinding()] }),
      ...(code === 2 && { unreadable: ['a.heap: it is empty'] }),
      ...(code === 3 && { troubles: ['it was interrupted'] }),
    }),
  );
  expect(mergeReports(shards).exitCode).toBe(worst);
});

test('shards of which there is no report are named', () => {
  const merged = mergeReports([2, 6].map((index) => sampleFuzzReport({ shard: { index, count: 8 } })));
  expect(merged.missing).toEqual(['shard 1, 3 to 5, 7 to 8 of 8']);
  expect(merged.troubles).toEqual(['there is no report of shard 1, 3 to 5, 7 to 8 of 8']);
  expect(merged.exitCode).toBe(3);
});

test('campaigns of several seeds are told', () => {
  const { notes, missing } = mergeReports([sampleFuzzReport(), second(), sampleFuzzReport({ seed: 7 })]);
  expect(notes).toEqual(['several campaigns were joined: the campaign of seed 1; the campaign of seed 7']);
  expect(missing).toEqual(['shard 2 of 2 of the campaign of seed 7']);
});

test.each([
  ['different versions of heapspec', { heapspec: '9' }],
  [
    'different heaps: reference and canary (structure, objects); mine 2 (safety, pages)',
    { declaration: { name: 'mine', version: '2', profile: 'safety', level: 'pages' } },
  ],
  ['split among 2 and among 3 shards', { shard: { index: 2, count: 3 } }],
] as const)('reports of %s are refused', (words, changes) => {
  expect(() => mergeReports([sampleFuzzReport(), second(changes)])).toThrow(words);
});

test('a required shape must be reached by some shard, once they drew enough programs together', () => {
  const all = Object.fromEntries(SHAPES.map(({ name }) => [name, 1]));
  const { 'growth/first': _, ...others } = all;
  const long = { campaign: { runs: 4000, drawn: 4000, mutated: 0, operations: 1 }, shapes: others };
  const merged = (one: Partial<FuzzReport>): ReturnType<typeof mergeReports> =>
    mergeReports([sampleFuzzReport({ ...long, ...one }), second(long)]);
  expect(merged({})).toMatchObject({ missedShapes: ['growth/first'], exitCode: 3 });
  expect(merged({}).troubles).toEqual(['required shapes were reached by no shard: growth/first']);
  expect(merged({ shapes: all }).exitCode).toBe(0);
  expect(merged({ reachesAllShapes: false }).exitCode).toBe(0);
  expect(merged({ campaign: { ...long.campaign, drawn: 3999 } }).exitCode).toBe(0);
});
