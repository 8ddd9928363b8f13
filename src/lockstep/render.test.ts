import { parseProgram, type Program } from '../programs/index.js';
import { ReferenceHeap, referenceHeap } from '../reference/index.js';
import type { HeapFactory, State, Statistics } from '../spec/index.js';
import { assertLockstep, LockstepError } from './assert-lockstep.js';
import { renderDivergence } from './render.js';
import type { Divergence } from './report.js';

/** A heap that releases memory, but forgets to say so. */
const forgetful: HeapFactory = {
  name: 'forgetful',
  create(config, host) {
    const sound = new ReferenceHeap(config, host);
    return {
      config,
      perform: (operation) => sound.perform(operation),
      statistics: (): Statistics => ({ ...sound.statistics(), heap_released: 0 }),
      state: (): State => sound.state(),
    };
  },
};

const PROGRAM = parseProgram(`
  config arenaPages=512
  s1 = alloc 5 large
  s2 = alloc 1 class 5
  free s1 dirty
  tick 5m
  scavenge 1ns
  query s2
`);

function found(program: Program, heaps: readonly [HeapFactory, ...HeapFactory[]]): string {
  try {
    assertLockstep(program, { heaps });
    return 'nothing';
  } catch (error) {
    if (error instanceof LockstepError) return error.message;
    throw error;
  }
}

const divergence: Divergence = {
  kind: 'state',
  heap: 'optimized',
  against: 'reference',
  commandIndex: 1,
  operation: 2,
  command: PROGRAM.commands[1],
  message: 'the state of optimized differs',
  differences: [],
};

test('a difference is shown with the program up to it', () => {
  expect(found(PROGRAM, [referenceHeap, forgetful])).toBe(
    `After operation 5 (command 5 of 6, \`scavenge 1ns\`): forgetful has other statistics than reference.

  heap_released
    expected (reference)  1040384
    actual (forgetful)    0

The program:

  # heapspec program
  config arenaPages=512
  s1 = alloc 5 large
  s2 = alloc 1 class 5
  free s1 dirty
  tick 5m
  scavenge 1ns  # <-- operation 5
  # the command after this does not matter`,
  );
});

test('an invariant is shown with its why', () => {
  const text = found(PROGRAM, [forgetful, forgetful]);
  expect(text).toMatch(
    /^After operation 5 .*: forgetful breaks released\.sum: heap_released is 0, the free spans say 1040384\.\n/,
  );
  expect(text).toContain('\n\n  released.sum: heap_released counts the released pages of all free spans');
});

test('what is shown of the program is a program', () => {
  const text = found(PROGRAM, [referenceHeap, forgetful]);
  const program = parseProgram(text.slice(text.indexOf('The program:') + 'The program:'.length));
  expect(program).toEqual({ ...PROGRAM, commands: PROGRAM.commands.slice(0, 5) });
});

test('nothing is thrown where nothing is wrong', () => {
  expect(found(PROGRAM, [referenceHeap, referenceHeap])).toBe('nothing');
});

test('a finding before the first command has no command', () => {
  const text = renderDivergence(PROGRAM, { ...divergence, commandIndex: -1, operation: 0, command: null });
  expect(text).toMatch(/^Before the first command: the state of optimized differs\.\n/);
  expect(text).toMatch(/\n {2}config arenaPages=512\n {2}# the 6 commands after this do not matter$/);
});

test('of a long program the last commands are shown', () => {
  const commands = Array.from({ length: 500 }, () => PROGRAM.commands[3]);
  const text = renderDivergence({ ...PROGRAM, commands }, { ...divergence, commandIndex: 399 });
  expect(text).toMatch(/\n {2}# the 200 commands before these are left out\n {2}tick 5m\n/);
  expect(text.match(/tick 5m/g)).toHaveLength(200);
  expect(text).toMatch(/\n {2}# the 100 commands after this do not matter$/);
});

test('of many differences the first are shown', () => {
  const differences = Array.from({ length: 22 }, (_, i) => ({
    path: `free[${i}]`,
    expected: i,
    actual: undefined,
  }));
  const text = renderDivergence(PROGRAM, { ...divergence, differences });
  expect(text).toContain(
    'free[19]\n    expected (reference)  19\n    actual (optimized)    nothing\n  and 2 more differences\n',
  );
  expect(text).not.toContain('free[20]');
});

test('of long lists the part is shown where they differ', () => {
  const expected = Array.from({ length: 40 }, (_, i) => i);
  const actual = [...expected.slice(0, 20), 99];
  const text = renderDivergence(PROGRAM, {
    ...divergence,
    differences: [{ path: 'freelarge', expected, actual }],
  });
  expect(text).toContain(
    'expected (reference)  [… 18 alike …, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, … 10 more]\n',
  );
  expect(text).toContain('actual (optimized)    [… 18 alike …, 18, 19, 99]\n');
});

test('long values are cut', () => {
  const differences = [{ path: 'prints', expected: 'x'.repeat(1000), actual: { deep: [1] } }];
  const text = renderDivergence(PROGRAM, { ...divergence, differences });
  expect(text).toContain(`"${'x'.repeat(399)}…\n`);
  expect(text).toContain('actual (optimized)    {"deep":[1]}\n');
});
