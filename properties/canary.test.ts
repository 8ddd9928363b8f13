import fc from 'fast-check';
import {
  CANARIES,
  CANARY_SPARES_PAGES,
  assertLockstep,
  goldenTraces,
  heapPrograms,
  optimizedHeap,
  printProgram,
  readGoldenTrace,
  referenceHeap,
  replayTrace,
  runLockstep,
  shrinkProgram,
  type DivergenceKind,
  type LockstepOptions,
  type Program,
} from 'heapspec';
import assert from 'node:assert/strict';
import { SEED } from './for-all-programs.js';

// A suite that finds nothing is worth something only if it is known to find what is there. So here are heaps with a
// fault each, and each way of looking has to see it.

/** The smallest program that shows each fault. */
const LEAST = {
  canary: ['# heapspec program', `s1 = alloc ${CANARY_SPARES_PAGES + 1}`, 'free s1 dirty', ''].join('\n'),
  'object-canary': ['# heapspec program', 'o1 = malloc 2', 'gcStart', 'mark o1+1', ''].join('\n'),
};

/** The first of the programs of a seed at which a lockstep run finds something, or something of a kind. */
function firstFound(seed: number, options: LockstepOptions, kind?: DivergenceKind): Program {
  const programs = fc.sample(heapPrograms({ misuse: 0 }), { seed, numRuns: 100 });
  const found = programs.find((program) => {
    const { divergence } = runLockstep(program, { ...options, locate: false });
    return divergence !== undefined && (kind === undefined || divergence.kind === kind);
  });
  assert(found, `none of ${programs.length} programs of seed ${seed} shows the fault`);
  return found;
}

describe.each(CANARIES)('the planted fault of $name', ({ name, heap, leastCommands }) => {
  const besideReference: LockstepOptions = { heaps: [referenceHeap, heap] };

  test.each([1, 2, 3, 4, 5])(
    'is found beside the reference, and shrunk to the least program: seed %d',
    (seed) => {
      const found = firstFound(seed, besideReference);
      const shrunk = shrinkProgram(
        found,
        (program) => runLockstep(program, { ...besideReference, locate: false }).divergence !== undefined,
      );
      assert.equal(printProgram(shrunk.program), LEAST[name]);
      assert.equal(shrunk.program.commands.length, leastCommands);
      assert(shrunk.minimal);
    },
  );

  test('is found and shrunk by fast-check itself', () => {
    const details = fc.check(
      fc.property(heapPrograms({ misuse: 0 }), (program) => {
        assertLockstep(program, besideReference);
      }),
      { seed: SEED },
    );
    assert(details.failed && details.counterexample);
    assert.equal(printProgram(details.counterexample[0]), LEAST[name]);
    const last = LEAST[name].trim().split('\n').at(-1);
    const place = `operation ${leastCommands} (command ${leastCommands} of ${leastCommands}, \`${last}\`)`;
    assert(String(details.errorInstance).includes(`After ${place}`));
  });

  test('is found in what memory holds, where nothing is compared', () => {
    const alone: LockstepOptions = { heaps: [heap], memory: true, states: 'end' };
    firstFound(SEED, alone, 'memory');
  });

  test('is found by a recording of the real heap', async () => {
    for (const trace of goldenTraces().toSorted((a, b) => a.lines - b.lines)) {
      const { mismatch } = await replayTrace(readGoldenTrace(trace), heap);
      if (mismatch) return;
    }
    assert.fail('it replays every recording');
  });

  test('is no fault of the heap that it is planted in', () => {
    const found = firstFound(SEED, besideReference);
    assertLockstep(found, { heaps: [referenceHeap, optimizedHeap] });
  });
});
