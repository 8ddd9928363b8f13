import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_CONFIG } from '../../spec/index.js';
import { OBLIGING_HOST, type Program } from '../program.js';
import type { Position } from './stage.js';
import { sweep } from './sweep.js';

/** A program of one command for each part that is left, to carry them. */
function carrying(parts: readonly number[]): Program {
  return { config: DEFAULT_CONFIG, host: OBLIGING_HOST, commands: parts.map((ns) => ({ op: 'tick', ns })) };
}

const carried = (program: Program): number[] =>
  program.commands.map((command) => (command.op === 'tick' ? Number(command.ns) : NaN));

/** Sweeps until nothing more can be tried; `needed` says whether what is left still fails. */
function swept(
  count: number,
  guess: number,
  fails: (left: readonly number[]) => boolean,
): [number[], number] {
  let left = Array.from({ length: count }, (_, part) => part);
  let position: Position = [];
  let runs = 0;
  for (;;) {
    let better: readonly [number[], Position] | undefined;
    const dropped = (from: number, to: number): Program =>
      carrying([...left.slice(0, from), ...left.slice(to)]);
    for (const step of sweep({ count: left.length, guess }, position, dropped)) {
      runs++;
      const tried = carried(step.program);
      assert.ok(tried.length < left.length);
      if (!fails(tried)) continue;
      better = [tried, step.position];
      break;
    }
    if (better === undefined) return [left, runs];
    [left, position] = better;
  }
}

const cases = fc.integer({ min: 1, max: 200 }).chain((count) =>
  fc.record({
    count: fc.constant(count),
    guess: fc.constantFrom(1, count / 2, count),
    needed: fc.uniqueArray(fc.nat(count - 1), { maxLength: 20 }).map((parts) => parts.sort((a, b) => a - b)),
  }),
);

test('exactly the needed parts are left, after few runs', () => {
  fc.assert(
    fc.property(cases, ({ count, guess, needed }) => {
      const [left, runs] = swept(count, guess, (parts) => needed.every((part) => parts.includes(part)));
      assert.deepEqual(left, needed);
      const most = 6 + 3 * (needed.length + 1) * Math.ceil(Math.log2(count / (needed.length + 1) + 2));
      assert.ok(runs <= most, `${runs} runs, but at most ${most} for ${needed.length} of ${count} parts`);
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('where nothing can go, each part was tried by itself', () => {
  for (const count of [0, 1, 2, 7, 48]) {
    const [left, runs] = swept(count, 1, (parts) => parts.length === count);
    assert.equal(left.length, count);
    assert.equal(runs, count);
  }
});

test('parts at the end that are settled stay', () => {
  const tried = [...sweep({ count: 4, guess: 1, settled: 3 }, [], (from, to) => carrying([from, to]))];
  assert.deepEqual(
    tried.map(({ program }) => carried(program)),
    [[0, 1]],
  );
});
