import assert from 'node:assert';
import { SHAPES } from './catalogue.js';
import { ShapeCounter } from './counter.js';

test('a new counter has a 0 for every shape of the catalogue, in its order', () => {
  assert.deepEqual(
    [...new ShapeCounter().counts],
    SHAPES.map(({ name }) => [name, 0]),
  );
  assert.deepEqual(new ShapeCounter().unreached(), SHAPES);
});

test('what was counted is no longer unreached', () => {
  const counter = new ShapeCounter();
  counter.count('query/nil');
  counter.count('query/nil');
  assert.equal(counter.counts.get('query/nil'), 2);
  assert.deepEqual(
    counter.unreached(),
    SHAPES.filter(({ name }) => name !== 'query/nil'),
  );
});

test('merging adds the counts of the other counter and leaves that one alone', () => {
  const [sum, other] = [new ShapeCounter(), new ShapeCounter()];
  sum.count('query/nil');
  other.count('query/nil');
  other.count('query/below');
  sum.merge(other);
  assert.deepEqual(sum.toJSON(), { 'query/nil': 2, 'query/below': 1 });
  assert.deepEqual(other.toJSON(), { 'query/nil': 1, 'query/below': 1 });
});

test('the counts survive JSON', () => {
  const counter = new ShapeCounter();
  counter.count('growth/first');
  const again = ShapeCounter.fromJSON(JSON.parse(JSON.stringify(counter)));
  assert.deepEqual(again.counts, counter.counts);
});

test.each([
  ['null', null, TypeError],
  ['a list', [], TypeError],
  ['a number', 5, TypeError],
  ['a shape that does not exist', { 'query/none': 1 }, RangeError],
  ['a name of every object', { toString: 1 }, RangeError],
  ['a count below 0', { 'query/nil': -1 }, RangeError],
  ['a count with a fraction', { 'query/nil': 0.5 }, RangeError],
  ['a count that is no number', { 'query/nil': '1' }, RangeError],
])('JSON with %s is refused', (_, json, error) => {
  assert.throws(() => ShapeCounter.fromJSON(json), error);
});
