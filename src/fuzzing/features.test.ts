import assert from 'node:assert';
import { runLockstep, SHAPES, ShapeCounter } from '../lockstep/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { parseProgram, type Program } from '../programs/index.js';
import { programOfRun } from './drawn-programs.js';
import { FeatureCounter, isShape } from './features.js';

function counterOf(program: Program): FeatureCounter {
  const counter = new FeatureCounter();
  const onOperation = (): void => counter.beginOperation();
  runLockstep(program, { heaps: [optimizedHeap], states: 'end', shapes: counter, onOperation });
  return counter;
}

test('the shapes among the features are those that any counter counts', () => {
  for (let index = 0; index < 40; index++) {
    const program = programOfRun(1, index);
    const counter = counterOf(program);
    const plain = new ShapeCounter();
    runLockstep(program, { heaps: [optimizedHeap], states: 'end', shapes: plain });
    assert.deepEqual(counter.toJSON(), plain.toJSON());
    assert.deepEqual(counter.features().filter(isShape), Object.keys(plain.toJSON()));
  }
});

test('no feature comes twice, and each is made of shapes of the catalogue', () => {
  const features = counterOf(programOfRun(1, 0)).features();
  assert.equal(new Set(features).size, features.length);
  for (const feature of features) {
    for (const name of feature.replace(/\*\d+$/, '').split('+')) assert(isShape(name), feature);
  }
});

test('what comes in one operation comes together, and what comes in two does not', () => {
  const [a, b, c] = SHAPES.map(({ name }) => name);
  const counter = new FeatureCounter();
  counter.beginOperation();
  counter.count(c);
  counter.count(a);
  counter.count(a);
  counter.beginOperation();
  counter.count(b);
  assert.deepEqual(counter.features(), [a, b, c, `${a}+${c}`]);
});

test.each([
  [7, []],
  [8, [8]],
  [64, [8, 64]],
  [5000, [8, 64, 512, 4096]],
])('a shape that came %d times is noted as having come often', (times, often) => {
  const [{ name }] = SHAPES;
  const counter = new FeatureCounter();
  for (let i = 0; i < times; i++) {
    counter.beginOperation();
    counter.count(name);
  }
  assert.deepEqual(counter.features(), [name, ...often.map((least) => `${name}*${least}`)]);
});

test('what runs inside of an operation belongs to it', () => {
  const counter = counterOf(
    parseProgram(`
      o1 = malloc 64
      gcStart
      gcEnd distance 1000000000
      sweepone
      @1 query nil`),
  );
  const together = counter.features().filter((feature) => feature.includes('+'));
  assert(together.some((feature) => feature.includes('query/nil')));
});
