import assert from 'node:assert';
import { createHash } from 'node:crypto';
import { SHAPES } from '../lockstep/index.js';
import { COMMAND_NAMES } from '../programs/command-fields.js';
import { parseProgram, printProgram, type Command, type Program } from '../programs/index.js';
import type { CorpusEntry } from './corpus.js';
import { programOfRun } from './drawn-programs.js';
import { Guide, WINDOW, type GuideOptions, type GuideState, type Learned, type RunResult } from './guide.js';
import { programOfRecipe, type Recipe } from './recipe.js';

const idOf = (program: Program): string =>
  createHash('sha256').update(printProgram(program)).digest('hex').slice(0, 16);

/** What an entry is kept for. */
const featuresOf = ({ owned }: CorpusEntry): string[] => Array.from(owned, ({ feature }) => feature);

const OPTIONS: GuideOptions = { seed: 3, idOf };

/** What a run might have shown, told by the program alone: each command stands for a shape. */
function resultOf(recipe: Recipe): RunResult {
  const { commands } = programOfRecipe(recipe);
  const features = new Set<string>();
  let before = '';
  for (const command of commands) {
    const { name } = SHAPES[shapeOf(command)];
    features.add(name).add(`${before}+${name}`);
    before = name;
  }
  return {
    index: recipe.index,
    commands: commands.length,
    operations: commands.length,
    features: [...features],
  };
}

function shapeOf(command: Command): number {
  const size = 'npages' in command ? command.npages : 'size' in command ? command.size : 0;
  return (
    (COMMAND_NAMES.indexOf(command.op) * 8 + (Math.abs(Math.trunc(Number(size))) % 7 || 0)) % SHAPES.length
  );
}

/** Runs so many programs, of which so many are under way at a time, and gives their recipes. */
function campaign(
  guide: Guide,
  runs: number,
  ahead = 1,
  onLearned: (learned: Learned) => void = () => undefined,
): Recipe[] {
  const recipes: Recipe[] = [];
  let learned = 0;
  while (learned < runs) {
    while (recipes.length < Math.min(runs, learned + ahead)) {
      const recipe = guide.next();
      if (recipe === 'wait') break;
      recipes.push(recipe);
    }
    onLearned(guide.learn(resultOf(recipes[learned])));
    learned++;
  }
  return recipes;
}

const RUNS = 2 * WINDOW;
const guide = new Guide(OPTIONS);
const recipes = campaign(guide, RUNS);

test('the recipes do not depend on how many runs are under way', () => {
  for (const ahead of [2, WINDOW]) assert.deepEqual(campaign(new Guide(OPTIONS), RUNS, ahead), recipes);
});

test('runs are numbered one after the other, and most kinds of runs occur', () => {
  assert.deepEqual(
    recipes.map(({ index }) => index),
    recipes.map((_, i) => i),
  );
  const mutated = recipes.filter(({ kind }) => kind === 'mutated').length;
  assert(mutated > RUNS / 20 && mutated < RUNS * 0.9, `${mutated} of ${RUNS}`);
});

test('a recipe depends on no result of the window before it', () => {
  const other = new Guide(OPTIONS);
  const first = Array.from({ length: WINDOW }, () => other.next());
  assert.deepEqual(first, recipes.slice(0, WINDOW));
  assert.equal(other.next(), 'wait');
  other.learn(resultOf(recipes[0]));
  assert.deepEqual(other.next(), recipes[WINDOW]);
  assert.equal(other.next(), 'wait');
});

test('results are learned in their order only, and only of runs that were given', () => {
  const other = new Guide(OPTIONS);
  assert.throws(() => other.learn(resultOf(recipes[0])), /run 0/);
  other.next();
  other.next();
  assert.throws(() => other.learn(resultOf(recipes[1])), RangeError);
});

test('a recipe can be posted to a worker, and gives the same program there', () => {
  for (const recipe of recipes.slice(-40)) {
    assert.deepEqual(programOfRecipe(structuredClone(recipe)), programOfRecipe(recipe));
  }
});

test('the corpus shows all features that were seen, each entry under the name of its text', () => {
  const shown = new Set(guide.entries.flatMap(featuresOf));
  assert.deepEqual(shown, new Set(guide.counts.keys()));
  for (const { id, program } of guide.entries) assert.equal(idOf(parseProgram(printProgram(program))), id);
});

test('news are what no run has shown before', () => {
  const other = new Guide(OPTIONS);
  const seen = new Set<string>();
  for (let i = 0; i < 50; i++) {
    const recipe = other.next();
    assert(recipe !== 'wait');
    const result = resultOf(recipe);
    assert.deepEqual(
      other.learn(result).news,
      result.features.filter((feature) => !seen.has(feature)),
    );
    for (const feature of result.features) seen.add(feature);
  }
});

test('nothing is learned from a run that failed but that it was', () => {
  const other = new Guide(OPTIONS);
  other.next();
  const before = other.state();
  const learned = other.learn({ index: 0, commands: 100, operations: 50, features: [] });
  assert.deepEqual(learned, { news: [], dropped: [] });
  const { features, entries, usual, learned: count } = other.state();
  assert.deepEqual([features, entries, usual], [before.features, before.entries, before.usual]);
  assert.equal(count, 1);
});

test('a guide that takes the state of another one on goes on as that one does', () => {
  const [first, second] = [new Guide(OPTIONS), new Guide(OPTIONS)];
  /** What a storage has: what was kept, as text, until it is dropped. */
  const folder = new Map<string, string>();
  campaign(second, RUNS / 2);
  campaign(first, RUNS / 2, 1, ({ kept, dropped }) => {
    if (kept !== undefined) folder.set(kept.id, printProgram(kept.program));
    for (const { id } of dropped) folder.delete(id);
  });
  // Some runs are under way when the state is taken: they are given again.
  for (let i = 0; i < 5; i++) first.next();
  const state = JSON.parse(JSON.stringify(first.state())) as GuideState;
  const resumed = Guide.resume(OPTIONS, state, (id) => {
    const text = folder.get(id);
    return text === undefined ? undefined : parseProgram(text);
  });
  assert.equal(resumed.learned, RUNS / 2);
  assert.deepEqual(campaign(resumed, RUNS / 2), campaign(second, RUNS / 2));
  assert.deepEqual(resumed.state(), second.state());
});

test('what is dropped was kept before, and nothing that is still needed is dropped', () => {
  const other = new Guide(OPTIONS);
  const held = new Set<string>();
  campaign(other, RUNS, 1, ({ kept, dropped }) => {
    if (kept !== undefined) held.add(kept.id);
    for (const { id } of dropped) assert(held.delete(id));
    for (const plan of other.state().planned) {
      if ('parents' in plan) for (const parent of plan.parents) assert(held.has(parent));
    }
  });
  for (const { id } of other.entries) assert(held.has(id));
});

test('a state whose programs are gone still tells what was seen and how far it is', () => {
  const resumed = Guide.resume(OPTIONS, guide.state(), () => undefined);
  assert.deepEqual(resumed.counts, guide.counts);
  assert.deepEqual(resumed.entries, []);
  assert.deepEqual(resumed.unseen('shapes'), guide.unseen('shapes'));
  const recipe = resumed.next();
  assert(recipe !== 'wait' && recipe.index === RUNS && recipe.kind === 'drawn');
});

test('what programs that are gone were kept for is kept again', () => {
  const resumed = Guide.resume(OPTIONS, guide.state(), () => undefined);
  const shown = campaign(resumed, 5).flatMap((recipe) => resultOf(recipe).features);
  assert.deepEqual(new Set(resumed.entries.flatMap(featuresOf)), new Set(shown));
});

test('adopted programs are parents from the start', () => {
  const other = new Guide(OPTIONS);
  for (const entry of guide.entries.slice(0, 50)) other.adopt(entry.program, featuresOf(entry));
  assert(other.entries.length > 0);
  assert(
    Array.from({ length: WINDOW }, () => other.next()).some((r) => r !== 'wait' && r.kind === 'mutated'),
  );
});

test('an unguided campaign draws the programs that verify draws, whatever it learns', () => {
  const unguided = new Guide({ ...OPTIONS, guided: false });
  campaign(unguided, WINDOW + 20).forEach((recipe, index) => {
    assert.deepEqual(recipe, { kind: 'drawn', drawing: 'usual', index, seed: OPTIONS.seed });
  });
  const next = unguided.next();
  assert(next !== 'wait');
  assert.deepEqual(programOfRecipe(next), programOfRun(OPTIONS.seed, WINDOW + 20));
});

test('shards share the numbers of runs among them', () => {
  const numbers = [1, 2, 3].flatMap((number) => {
    const shard = new Guide({ ...OPTIONS, guided: false, shard: { number, of: 3 } });
    return campaign(shard, 10).map(({ index }) => index);
  });
  assert.deepEqual(
    numbers.toSorted((a, b) => a - b),
    Array.from({ length: 30 }, (_, i) => i),
  );
});

test.each([
  { number: 0, of: 3 },
  { number: 4, of: 3 },
  { number: 1.5, of: 3 },
  { number: 1, of: NaN },
])('there is no shard $number of $of', (shard) => {
  assert.throws(() => new Guide({ ...OPTIONS, shard }), RangeError);
});

test('what was not seen yet is told by the usual programs, for shapes and for all features', () => {
  const [shapes, features] = [guide.unseen('shapes'), guide.unseen('features')];
  const usual = recipes.filter((recipe) => recipe.kind === 'drawn' && recipe.drawing === 'usual').length;
  assert(shapes.runs === usual && features.runs === usual && usual > 0);
  assert(shapes.seen > 20 && shapes.seen < features.seen && features.unseen > shapes.unseen);
});
