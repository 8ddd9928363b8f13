import { CANARIES } from '../faults/index.js';
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

/** Every hunt for every canary. */
const HUNTS = CANARIES.flatMap(({ name: canary }) => CANARY_HUNTS.map((hunt) => ({ canary, hunt })));

/** A verification that is all well. */
function fine(programs = 1, shapes: Record<string, number> = everyShape): Verification {
  const verification = new Verification({ seed: 1, heaps: 'both', patience: 1 });
  verification.workloads.push(workload);
  verification.golden.push({ trace, heap: 'optimized', operations: 1, milliseconds: 1 });
  verification.canaries.push(...HUNTS.map((hunt) => ({ ...hunt, found: true, story: '' })));
  for (let i = 0; i < programs; i++) {
    verification.addProgram({ operations: 2, milliseconds: 1, shapes: i === 0 ? shapes : {} }, i % 2 === 1);
  }
  return verification;
}

/** A hunt that was in vain. */
function missed({ canaries }: Verification, index: number): void {
  canaries[index] = { ...canaries[index], found: false, story: 'in vain' };
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
      ...HUNTS.map(
        ({ canary, hunt }) => `the planted fault of ${canary} was not found by ${hunt}: not sought`,
      ),
    ],
  ]);
});

test('there is a canary of pages, and one of objects', () => {
  expect(CANARIES.map(({ name }) => name)).toEqual(['canary', 'object-canary']);
});

test.each(HUNTS)('$canary must be found by $hunt', ({ canary, hunt }) => {
  const verification = fine();
  missed(
    verification,
    HUNTS.findIndex((one) => one.canary === canary && one.hunt === hunt),
  );
  const trouble = `the planted fault of ${canary} was not found by ${hunt}: in vain`;
  expect(endOf(verification)).toEqual([3, [trouble]]);
});

test('a canary that is missed says nothing where the reference, on which it is built, is wrong', () => {
  const verification = fine();
  verification.golden.push({
    trace,
    heap: 'reference',
    operations: 1,
    milliseconds: 1,
    mismatch: { ...mismatch, heap: 'reference' },
  });
  missed(verification, 1);
  expect(endOf(verification)).toEqual([
    1,
    ['canary is not judged by comparison, since the reference, on which it is built, fails: in vain'],
  ]);
});

test('a canary that is missed is missed, whatever the optimized heap does', () => {
  const verification = fine();
  verification.golden.push({ trace, heap: 'optimized', operations: 1, milliseconds: 1, mismatch });
  missed(verification, 1);
  expect(endOf(verification)).toEqual([
    1,
    ['the planted fault of canary was not found by comparison: in vain'],
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
