import fc from 'fast-check';
import { assertLockstep, heapPrograms, referenceHeap, type Invariant } from 'heapspec';
import { expect, test } from 'vitest';

// Every run draws the same programs. Leave the seed out to draw others each time.
const options = { seed: 1 };

/** The property that a claim holds after every operation of every program. */
function holdsAlways(claim: Invariant) {
  return fc.property(heapPrograms({ maxCommands: 200, misuse: 0 }), (program) => {
    assertLockstep(program, { heaps: [referenceHeap], states: 'every', invariants: [claim] });
  });
}

test('no operation leaves a span half swept', () => {
  fc.assert(
    holdsAlways({
      name: 'my.nothing-half-swept',
      why: 'Who claims a span for sweeping sweeps it before the operation ends.',
      check: ({ state }) =>
        state.spans.some((s) => s.state === 'inuse' && s.sweepgen === -1) ? 'a span is' : null,
    }),
    options,
  );
});

test('a free list is not in order of age: what is left of a split span is as old as the whole', () => {
  const details = fc.check(
    holdsAlways({
      name: 'my.free-lists-by-age',
      why: 'Spans are put at the front of their list when they become free.',
      check: ({ state }) => {
        const ages = new Map(state.spans.map((s) => [s.base, s.state === 'free' ? s.unusedsince : 0]));
        for (const list of Object.values(state.free)) {
          const times = list.map((base) => ages.get(base) ?? 0);
          if (times.some((time, i) => i > 0 && time > times[i - 1])) {
            return `out of order: ${times.join(', ')}`;
          }
        }
        return null;
      },
    }),
    { ...options, numRuns: 1000 },
  );
  expect(details.failed).toBe(true);
  expect(String(details.errorInstance)).toContain('my.free-lists-by-age');
}, 60_000);
