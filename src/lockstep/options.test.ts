import { parseProgram } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import type { HeapConfig, Host } from '../spec/index.js';
import { assertLockstep, INVARIANTS, runLockstep, ShapeCounter } from './index.js';

const PROGRAM = parseProgram('s1 = alloc 5 large');

/** Runs what JavaScript lets through. */
function run(program: unknown, options?: unknown): unknown {
  const loose = runLockstep as (program: unknown, options: unknown) => unknown;
  return loose(program, options);
}

const heaps = [referenceHeap];

test.each<[options: unknown, error: typeof TypeError | typeof RangeError, says: string]>([
  [undefined, TypeError, 'the options of runLockstep must be an object, not nothing'],
  [heaps, TypeError, 'the options of runLockstep must be an object, not an array'],
  [{}, TypeError, 'runLockstep needs heaps'],
  [
    { heap: heaps },
    TypeError,
    'runLockstep has no option heap (did you mean heaps?): it has heaps, states, ',
  ],
  [{ heaps, invariant: [] }, TypeError, 'did you mean invariants?'],
  [{ heaps, colour: true }, TypeError, 'runLockstep has no option colour: it has'],
  [{ heaps: [] }, RangeError, 'runLockstep needs at least one heap'],
  [{ heaps: referenceHeap }, TypeError, 'heaps must be an array of heap factories, not an object'],
  [{ heaps: [referenceHeap, undefined] }, TypeError, 'heaps[1] must be a heap factory'],
  [{ heaps: new Array(1) }, TypeError, 'heaps[0] must be a heap factory'],
  [{ heaps: [{ create: () => null }] }, TypeError, 'heaps[0] must be a heap factory'],
  [{ heaps, states: 'all' }, TypeError, 'states must be "every", "spaced" or "end", not the text "all"'],
  [{ heaps, memory: 1 }, TypeError, 'memory must be true or false, not 1'],
  [{ heaps, locate: 'no' }, TypeError, 'locate must be true or false, not the text "no"'],
  [{ heaps, shapes: {} }, TypeError, 'shapes must be a ShapeCounter, not an object'],
  [{ heaps, invariants: INVARIANTS[0] }, TypeError, 'invariants must be an array of invariants'],
  [{ heaps, invariants: [{ name: 'x', check: () => null }] }, TypeError, 'invariants must be an array of'],
])('the options %j are refused', (options, error, says) => {
  expect(() => run(PROGRAM, options)).toThrow(error);
  expect(() => run(PROGRAM, options)).toThrow(says);
});

test('options may be undefined, and a factory be a function or a class', () => {
  function Mine(): void {}
  Mine.create = (config: HeapConfig, host: Host) => referenceHeap.create(config, host);
  const options = { heaps: [Mine], states: undefined, shapes: new ShapeCounter(), invariants: INVARIANTS };
  expect(run(PROGRAM, options)).toMatchObject({ operations: 1 });
});

test.each<[program: unknown, says: string]>([
  [undefined, 'runLockstep needs a program, as heapPrograms and parseProgram make them: nothing is none'],
  ['s1 = alloc 5', 'the text "s1 = alloc 5" has to go through parseProgram first'],
  [[PROGRAM], 'its config must have physPageSize, '],
  [{ ...PROGRAM, config: {} }, 'its config must have physPageSize, '],
  [{ ...PROGRAM, host: undefined }, 'its host must have a seed'],
  [{ ...PROGRAM, commands: 'tick 5' }, 'its commands must be an array, not the text "tick 5"'],
  [{ ...PROGRAM, commands: [...PROGRAM.commands, { op: 'fre' }] }, 'its commands[1] is no command'],
  [{ ...PROGRAM, commands: new Array(1) }, 'its commands[0] is no command'],
])('%j is no program', (program, says) => {
  expect(() => run(program, { heaps })).toThrow(TypeError);
  expect(() => run(program, { heaps })).toThrow(says);
  expect(() => assertLockstep(program as typeof PROGRAM, { heaps: [referenceHeap] })).toThrow(says);
});
