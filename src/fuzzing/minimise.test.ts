import assert from 'node:assert';
import { Chance } from '../programs/chance.js';
import { DEFAULT_CONFIG } from '../spec/index.js';
import { minimiseCorpus, type ShowingProgram } from './minimise.js';

function entry(id: string, size: number, ...features: string[]): ShowingProgram {
  const commands = Array.from({ length: size }, () => ({ op: 'freeOSMemory' as const }));
  return { id, program: { config: DEFAULT_CONFIG, host: { seed: 0, refusals: 0 }, commands }, features };
}

const idsOf = (entries: readonly ShowingProgram[]): string[] => entries.map(({ id }) => id);

test('one entry that shows everything for little is enough', () => {
  const entries = [entry('a', 5, 'x'), entry('b', 5, 'y'), entry('c', 6, 'x', 'y')];
  assert.deepEqual(idsOf(minimiseCorpus(entries)), ['c']);
});

test('a large entry does not stand for several small ones', () => {
  const entries = [entry('a', 2, 'x'), entry('b', 2, 'y'), entry('c', 100, 'x', 'y')];
  assert.deepEqual(idsOf(minimiseCorpus(entries)), ['a', 'b']);
});

test('what later choices make needless goes', () => {
  // `a` is the best bargain, and `b` and `c`, which are needed, show all that it shows.
  const entries = [entry('a', 3, 'w', 'x', 'y'), entry('b', 9, 'w', 'x', 'p'), entry('c', 9, 'y', 'q')];
  assert.deepEqual(idsOf(minimiseCorpus(entries)), ['b', 'c']);
});

test('an empty corpus, and entries that show nothing, come to nothing', () => {
  assert.deepEqual(minimiseCorpus([]), []);
  assert.deepEqual(minimiseCorpus([entry('a', 1)]), []);
});

test('the whole cover of any corpus shows all its features, in whatever order it is', () => {
  for (let seed = 0; seed < 50; seed++) {
    const chance = new Chance(seed, 0, 0);
    const entries = Array.from({ length: 60 }, (_, i) =>
      entry(
        `e${i}`,
        chance.magnitude(1, 200),
        ...Array.from({ length: chance.between(0, 12) }, () => `f${chance.magnitude(1, 100)}`),
      ),
    );
    const cover = minimiseCorpus(entries);
    const all = (of: readonly ShowingProgram[]): string[] =>
      [...new Set(of.flatMap(({ features }) => features))].sort();
    assert.deepEqual(all(cover), all(entries));
    for (const one of cover) {
      assert(all(cover.filter((other) => other !== one)).length < all(cover).length, 'each entry is needed');
    }
    assert.deepEqual(idsOf(minimiseCorpus(entries.toReversed())), idsOf(cover));
  }
});
