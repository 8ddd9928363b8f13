import assert from 'node:assert';
import { optimizedHeap } from '../../optimized/index.js';
import { parseProgram } from '../../programs/index.js';
import { referenceHeap } from '../../reference/index.js';
import { SHAPES } from './catalogue.js';
import { SHAPE_EXAMPLES } from './examples/index.js';
import { shapesOf } from './shapes-of.js';

/** Programs of more commands than this take the reference seconds. */
const LONG = 1000;

const examples = SHAPES.map(({ name }) => [name, SHAPE_EXAMPLES[name]] as const);

test.each(examples)('%s', (name, { reaches, misses }) => {
  const program = parseProgram(reaches);
  const before = { ...program, commands: program.commands.slice(0, -1) };
  const heaps = program.commands.length > LONG ? [optimizedHeap] : [referenceHeap, optimizedHeap];
  for (const heap of heaps) {
    assert.equal(shapesOf(before, heap).counts.get(name), 0, `before the last command, ${heap.name}`);
    assert.equal(shapesOf(program, heap).counts.get(name), 1, `by the last command, ${heap.name}`);
    assert.equal(shapesOf(parseProgram(misses), heap).counts.get(name), 0, `by the near miss, ${heap.name}`);
  }
});

test('the catalogue has every name once, in kebab case behind a namespace', () => {
  const names = SHAPES.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.match(name, /^[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z]+)*$/);
});

test('every shape says in one sentence when it is reached', () => {
  for (const { what } of SHAPES) assert.match(what, /^[A-Z][^.]*\.$/);
});
