import assert from 'node:assert';
import { Chance } from '../programs/chance.js';
import { estimateUnseen, sayUnseen } from './good-turing.js';

/** Counts of runs that showed each feature, where run for run each is shown with its own probability. */
function countsAfter(runs: number, probabilities: readonly number[], seed: number): number[] {
  const chance = new Chance(seed, 0, 0);
  const counts = probabilities.map(() => 0);
  for (let run = 0; run < runs; run++) {
    probabilities.forEach((probability, i) => {
      if (chance.happens(probability)) counts[i]++;
    });
  }
  return counts;
}

/** What the next run shows for the first time, on average, given what was seen. */
function missingMass(probabilities: readonly number[], counts: readonly number[]): number {
  return probabilities.reduce((sum, probability, i) => sum + (counts[i] === 0 ? probability : 0), 0);
}

const DISTRIBUTIONS: readonly (readonly [string, readonly number[]])[] = [
  ['all features alike', Array.from({ length: 500 }, () => 1 / 200)],
  ['the i-th feature in one of i runs', Array.from({ length: 1000 }, (_, i) => 1 / (i + 1))],
  ['each feature half as likely as the one before', Array.from({ length: 40 }, (_, i) => 2 ** -i)],
];

describe.each(DISTRIBUTIONS)('%s', (_, probabilities) => {
  const samples = Array.from({ length: 40 }, (__, seed) => countsAfter(200, probabilities, seed));
  const estimates = samples.map((counts) => estimateUnseen(200, counts));

  test('the share of what is new in the next run is estimated without bias', () => {
    const expected = mean(samples.map((counts) => missingMass(probabilities, counts)));
    const estimated = mean(estimates.map(({ nextNew }) => nextNew));
    assert(Math.abs(estimated - expected) <= 0.15 * expected + 0.005, `${estimated} for ${expected}`);
  });

  test('what is unseen is not estimated to be more than there is, nor next to nothing of it', () => {
    const expected = mean(samples.map((counts) => counts.filter((count) => count === 0).length));
    const estimated = mean(estimates.map(({ unseen }) => unseen));
    assert(estimated <= 1.15 * expected, `${estimated} of ${expected}`);
    // The features of the last distribution that are too rare for any run can't be told from none.
    const reachable = mean(
      samples.map((counts) => probabilities.filter((p, i) => counts[i] === 0 && p > 1 / 1000).length),
    );
    assert(estimated >= 0.5 * reachable, `${estimated} of ${reachable}`);
  });
});

test('the figures of a small sample', () => {
  const { runs, seen, once, twice, nextNew, unseen } = estimateUnseen(10, [1, 1, 1, 1, 2, 2, 5, 0]);
  assert.deepEqual([runs, seen, once, twice, nextNew], [10, 7, 4, 2, 0.4]);
  assert(Math.abs(unseen - 0.9 * 4) < 1e-12);
});

test('without a feature seen just twice the estimate stays finite', () => {
  assert.equal(estimateUnseen(10, [1, 1, 1]).unseen, 0.9 * 3);
  assert.equal(estimateUnseen(10, [3]).unseen, 0);
});

test('it says what it means', () => {
  assert.equal(
    sayUnseen(estimateUnseen(1000, [1, 1, 2, 50]), 'shape'),
    '4 shapes in 1,000 drawn programs of the usual kind, 2 of them in one program only: expect about one new one in 500 programs; at least some 2 can still be reached by programs of this kind.',
  );
  assert.match(sayUnseen(estimateUnseen(2, [1, 1, 1, 1])), /expect about 2 new ones a program/);
  assert.match(sayUnseen(estimateUnseen(9, [9])), /unlikely to show others/);
  assert.match(sayUnseen(estimateUnseen(0, [])), /no usual program was drawn/);
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
