import assert from 'node:assert';
import fc from 'fast-check';
import { OrderedIntegers } from './ordered-integers.js';

/** Numbers near the ends of words, of levels and of the first storage, and any others. */
const number = fc.oneof(
  fc.nat({ max: 70 }),
  fc
    .tuple(fc.constantFrom(1023, 1024, 32767, 32768, 1048575, 2 ** 22), fc.nat({ max: 2 }))
    .map(([n, d]) => n + d),
  fc.nat({ max: 2 ** 22 }),
);

test('finds the same neighbours as a search through all members', () => {
  const step = fc.record({ add: fc.boolean(), number });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.array(number, { maxLength: 20 }), (steps, bounds) => {
      const found = new OrderedIntegers();
      const members = new Set<number>();
      for (const { add, number: member } of steps) {
        if (add) {
          found.add(member);
          members.add(member);
        } else {
          found.delete(member);
          members.delete(member);
        }
        for (const bound of [...bounds, member - 1, member, member + 1]) {
          const below = [...members].filter((m) => m <= bound);
          const above = [...members].filter((m) => m >= bound);
          assert.equal(found.atOrBelow(bound), Math.max(-1, ...below), `at or below ${bound}`);
          assert.equal(
            found.atOrAbove(bound),
            above.length === 0 ? -1 : Math.min(...above),
            `at or above ${bound}`,
          );
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('an empty set has no members', () => {
  const empty = new OrderedIntegers();
  empty.delete(5);
  empty.delete(2 ** 25);
  assert.equal(empty.atOrBelow(2 ** 25), -1);
  assert.equal(empty.atOrAbove(0), -1);
});
