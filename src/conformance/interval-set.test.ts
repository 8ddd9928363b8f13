import fc from 'fast-check';
import { IntervalSet } from './interval-set.js';

const change = fc.record({ from: fc.nat(40), length: fc.nat(12), member: fc.boolean() });

test('it has what a set of the same integers has', () => {
  fc.assert(
    fc.property(fc.array(change), (changes) => {
      const intervals = new IntervalSet();
      const plain = new Set<number>();
      for (const { from, length, member } of changes) {
        if (member) intervals.add(from, from + length);
        else intervals.remove(from, from + length);
        for (let i = from; i < from + length; i++) {
          if (member) plain.add(i);
          else plain.delete(i);
        }
      }
      for (let from = 0; from < 55; from++) {
        for (const to of [from, from + 1, from + 7, 60]) {
          const members = [...plain].filter((i) => i >= from && i < to);
          expect(intervals.firstIn(from, to)).toBe(members.length === 0 ? -1 : Math.min(...members));
          expect(intervals.covers(from, to)).toBe(members.length === Math.max(0, to - from));
        }
      }
    }),
  );
});
