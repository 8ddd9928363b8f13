import { SHAPES } from '../lockstep/index.js';
import type { GoldenTrace, TraceMismatch } from '../traces/index.js';
import { DEFAULT_RUNS, Verification } from './verification.js';
import type { WorkloadRun } from './workload-run.js';
import { CANARY_HUNTS } from './job.js';

const trace: GoldenTrace = { name: 'a.jsonl', path: '/a.jsonl', lines: 2, sha256: '' };
const mismatch: TraceMismatch = {
  file: 'a.jsonl',
  line: 2,
  heap: 'optimized',
  operation: 1,
  kind: 'step',
  differences: [],
};
const everyShape = Object.fromEntries(SHAPES.map(({ name }) => [name, 1]));

/** A verification that is all well. */
function fine(programs = 1, shapes: Record<string, number> = everyShape): Verification {
  const verification = new Verification({ seed: 1, heaps: 'both', patience: 1 });
  verification.workloads.push(workload);
  verification.golden.push({ trace, heap: 'optimized', operations: 1, milliseconds: 1 });
  for (const hunt of CANARY_HUNTS) verification.canary.push({ hunt, found: true, story: '' });
  for (let i = 0; i < programs; i++) {
    verification.addProgram({ operations: 2, milliseconds: 1, shapes: i === 0 ? shapes : {} }, i % 2 === 1);
  }
  return verification;
}

/** Its exit code, and what it lacks. */
function endOf(verification: Verification): readonly [number, readonly string[]] {
  verification.conclude(10);
  return [verification.exitCode(), verification.troubles];
}

const workload: WorkloadRun = { name: 'w', heap: 'optimized', events: 10, milliseconds: 1, differences: [] };

test('a workload of which a heap makes something else is a finding, and so is one from which it does not come back', () => {
  for (const wrong of [
    { differences: [{ path: 'cycles', expected: 1, actual: 2 }] },
    { lost: 'did not come back' },
  ]) {
    const verification = fine();
    verification.workloads.push({ ...workload, ...wrong });
    expect(endOf(verification)).toEqual([1, []]);
    expect(verification.wrongWorkloads).toHaveLength(1);
  }
});

test('all is well where everything ran and nothing was found', () => {
  const verification = fine(3);
  expect(endOf(verification)).toEqual([0, []]);
  expect(verification.programs).toEqual({ count: 3, withMemory: 1, operations: 6, milliseconds: 3 });
  expect(verification.operations).toBe(17);
});

test('nothing that ran is nothing that is well', () => {
  expect(endOf(new Verification({ seed: 1, heaps: 'both', patience: 1 }))).toEqual([
    3,
    [
      'no golden trace was replayed',
      'no golden workload was run',
      'no generated program was run',
      ...CANARY_HUNTS.map((hunt) => `the planted fault of the canary was not found by ${hunt}: not sought`),
    ],
  ]);
});

test.each(CANARY_HUNTS.map((hunt, index) => [hunt, index]))(
  'the canary must be found by %s',
  (hunt, index) => {
    const verification = fine();
    verification.canary[index] = { ...verification.canary[index], found: false, story: 'in vain' };
    expect(endOf(verification)).toEqual([
      3,
      [`the planted fault of the canary was not found by ${hunt}: in vain`],
    ]);
  },
);

test('a canary that is missed says nothing where the reference, on which it is built, is wrong', () => {
  const verification = fine();
  verification.golden.push({
    trace,
    heap: 'reference',
    operations: 1,
    milliseconds: 1,
    mismatch: { ...mismatch, heap: 'reference' },
  });
  verification.canary[1] = { ...verification.canary[1], found: false, story: 'in vain' };
  expect(endOf(verification)).toEqual([
    1,
    ['the canary is not judged by comparison, since the reference, on which it is built, fails: in vain'],
  ]);
});

test('a canary that is missed is missed, whatever the optimized heap does', () => {
  const verification = fine();
  verification.golden.push({ trace, heap: 'optimized', operations: 1, milliseconds: 1, mismatch });
  verification.canary[1] = { ...verification.canary[1], found: false, story: 'in vain' };
  expect(endOf(verification)).toEqual([
    1,
    ['the planted fault of the canary was not found by comparison: in vain'],
  ]);
});

test('a run of the default length must reach every required shape', () => {
  const required = SHAPES.find((shape) => shape.required)?.name ?? '';
  const rest = Object.fromEntries(Object.entries(everyShape).filter(([name]) => name !== required));
  expect(endOf(fine(DEFAULT_RUNS, rest))).toEqual([3, [`required shapes were not reached: ${required}`]]);
  expect(endOf(fine(DEFAULT_RUNS - 1, rest))).toEqual([0, []]);
});

test('a finding goes before all else', () => {
  const verification = fine();
  verification.golden.push({ trace, heap: 'optimized', operations: 1, milliseconds: 1, mismatch });
  verification.interrupted = true;
  expect(endOf(verification)).toEqual([1, ['it was interrupted']]);
  expect(verification.mismatches).toHaveLength(1);
});
