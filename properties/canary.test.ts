import fc from 'fast-check';
import {
  CANARY_LEAST_COMMANDS,
  CANARY_SPARES_PAGES,
  assertLockstep,
  canaryHeap,
  goldenTraces,
  heapPrograms,
  optimizedHeap,
  printProgram,
  readGoldenTrace,
  referenceHeap,
  replayTrace,
  runLockstep,
  shrinkProgram,
  type LockstepOptions,
  type Program,
} from 'heapspec';
import assert from 'node:assert/strict';
import { SEED } from './for-all-programs.js';

// A suite that finds nothing is worth something only if it is known to find what is there. So here is a heap with a
// fault, and each way of looking has to see it.

const BESIDE_REFERENCE: LockstepOptions = { heaps: [referenceHeap, canaryHeap] };

/** The smallest program that shows the fault. */
const LEAST = ['# heapspec program', `s1 = alloc ${CANARY_SPARES_PAGES + 1}`, 'free s1 dirty', ''].join('\n');

/** The first of the programs of a seed at which a lockstep run finds something. */
function firstFound(seed: number, options: LockstepOptions): Program {
  const programs = fc.sample(heapPrograms({ misuse: 0 }), { seed, numRuns: 100 });
  const found = programs.find((program) => runLockstep(program, { ...options, locate: false }).divergence);
  assert(found, `none of ${programs.length} programs of seed ${seed} shows the fault`);
  return found;
}

describe('the planted fault', () => {
  test.each([1, 2, 3, 4, 5])(
    'is found beside the reference, and shrunk to the least program: seed %d',
    (seed) => {
      const found = firstFound(seed, BESIDE_REFERENCE);
      const shrunk = shrinkProgram(
        found,
        (program) => runLockstep(program, { ...BESIDE_REFERENCE, locate: false }).divergence !== undefined,
      );
      assert.equal(printProgram(shrunk.program), LEAST);
      assert.equal(shrunk.program.commands.length, CANARY_LEAST_COMMANDS);
      assert(shrunk.minimal);
    },
  );

  test('is found and shrunk by fast-check itself', () => {
    const details = fc.check(
      fc.property(heapPrograms({ misuse: 0 }), (program) => {
        assertLockstep(program, BESIDE_REFERENCE);
      }),
      { seed: SEED },
    );
    assert(details.failed && details.counterexample);
    assert.equal(printProgram(details.counterexample[0]), LEAST);
    assert.match(String(details.errorInstance), /After operation 2 \(command 2 of 2, `free s1 dirty`\)/);
  });

  test('is found in what memory holds, where nothing is compared', () => {
    const alone: LockstepOptions = { heaps: [canaryHeap], memory: true, states: 'end' };
    const { divergence } = runLockstep(firstFound(SEED, alone), alone);
    assert.equal(divergence?.kind, 'memory');
  });

  test('is found by a recording of the real heap', async () => {
    for (const trace of goldenTraces()) {
      const { mismatch } = await replayTrace(readGoldenTrace(trace), canaryHeap);
      if (mismatch) return;
    }
    assert.fail('the canary replays every recording');
  });

  test('is no fault of the heap that it is planted in', () => {
    const found = firstFound(SEED, BESIDE_REFERENCE);
    assertLockstep(found, { heaps: [referenceHeap, optimizedHeap] });
  });
});
