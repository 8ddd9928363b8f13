import assert from 'node:assert';
import { Chance } from '../programs/chance.js';
import { Yields } from './yields.js';

type Name = 'gold' | 'sand' | 'slow';

const COSTS: readonly (readonly [Name, number])[] = [
  ['gold', 100],
  ['sand', 100],
  ['slow', 100],
];

/** What is spent on each choice where `gold` gains, `slow` gains as much for ten times the costs, and `sand` nothing. */
function spend(yields: Yields<Name>, tries: number): Record<string, number> {
  const spent: Record<string, number> = { gold: 0, sand: 0, slow: 0 };
  for (let i = 0; i < tries; i++) {
    const name = yields.choose(new Chance(1, i, 0));
    const cost = name === 'slow' ? 1000 : 100;
    yields.learn(name, name === 'sand' ? 0 : 1, cost);
    spent[name] += cost;
  }
  return spent;
}

test('so much is spent on each as it gains for its costs, and on each at least its share of what is spent regardless', () => {
  const { gold, sand, slow } = spend(new Yields(COSTS, 1 / 4), 5000);
  const all = gold + sand + slow;
  assert(gold / all > 0.6, `${gold / all}`);
  assert(sand / all > 0.05 && sand / all < 0.2, `${sand / all}`);
  assert(slow / all > 0.1 && slow / all < 0.3, `${slow / all}`);
});

test('what pays no longer is left before long', () => {
  const yields = new Yields(COSTS, 1 / 4);
  spend(yields, 5000);
  for (let i = 0; i < 2000; i++) {
    const name = yields.choose(new Chance(2, i, 0));
    yields.learn(name, name === 'sand' ? 1 : 0, 100);
  }
  let sand = 0;
  for (let i = 0; i < 300; i++) if (yields.choose(new Chance(3, i, 0)) === 'sand') sand++;
  assert(sand > 150, `${sand} of 300`);
});

test('where nothing gains all are chosen alike', () => {
  const yields = new Yields(COSTS, 1 / 4);
  const chosen: Record<string, number> = { gold: 0, sand: 0, slow: 0 };
  for (let i = 0; i < 3000; i++) {
    const name = yields.choose(new Chance(4, i, 0));
    yields.learn(name, 0, 100);
    chosen[name]++;
  }
  for (const count of Object.values(chosen)) assert(Math.abs(count - 1000) < 150, JSON.stringify(chosen));
});

test('what was learned survives JSON', () => {
  const yields = new Yields(COSTS, 1 / 4);
  spend(yields, 500);
  const again = new Yields(COSTS, 1 / 4);
  again.take(JSON.parse(JSON.stringify(yields)) as ReturnType<typeof yields.toJSON>);
  assert.deepEqual(spend(again, 200), spend(yields, 200));
});

test('what is expected to cost more is chosen less often before anything was tried', () => {
  const yields = new Yields<Name>([...COSTS.slice(0, 2), ['slow', 1000]], 1 / 4);
  const chosen = Array.from({ length: 2100 }, (_, i) => yields.choose(new Chance(5, i, 0)));
  const slow = chosen.filter((name) => name === 'slow').length;
  assert(slow > 60 && slow < 150, `${slow} of ${chosen.length}`);
});
