import fc from 'fast-check';
import { assertLockstep, heapPrograms, optimizedHeap, referenceHeap } from 'heapspec';
import { test } from 'node:test';

test('both heaps do the same in every program', () => {
  fc.assert(
    fc.property(heapPrograms({ maxCommands: 200 }), (program) => {
      assertLockstep(program, { heaps: [referenceHeap, optimizedHeap], memory: true });
    }),
    // Every run draws the same programs. Leave the seed out to draw others each time.
    { seed: 1 },
  );
});
