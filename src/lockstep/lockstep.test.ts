import fc from 'fast-check';
import { heapPrograms, parseProgram, type Program } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { assertLockstep } from './assert-lockstep.js';
import type { HeapFactory, Operation, OperationResult } from '../spec/index.js';
import { runLockstep } from './lockstep.js';
import type { LockstepOptions, LockstepReport } from './report.js';
import { ShapeCounter } from './shapes/index.js';

const heaps = [referenceHeap, referenceHeap] as const;

/** Twelve operations of every kind. */
const SHORT = parseProgram(`
  s1 = alloc 5 large
  s2 = allocStack 2
  s3 = alloc 1 class 5
  s4 = alloc 130 large needzero
  tick 5m
  free s4 dirty
  scavenge 1ns
  s5 = alloc 129 large needzero
  query s1
  addFinalizer s1 id 3
  freeStack s2
  freeOSMemory
`);

/** Hundreds of operations: stacks that stay. */
const LONG = parseProgram(Array.from({ length: 300 }, (_, i) => `s${i + 1} = allocStack 1`).join('\n'));

/** Ends in a fatal error in its third operation. */
const FATAL = parseProgram('s1 = alloc 5 large\nfree s1 dirty\nfree s1 dirty\ns2 = alloc 5');

test.each<[string, Program, Partial<LockstepOptions>, Partial<LockstepReport>]>([
  ['after every operation of a short program', SHORT, {}, { operations: 12, skipped: 0, states: 13 }],
  ['at powers of two of a long program', LONG, {}, { operations: 300, states: 7 }],
  ['after every operation where asked to', LONG, { states: 'every' }, { states: 301 }],
  ['at powers of two where asked to', SHORT, { states: 'spaced' }, { states: 2 }],
  ['at the end where asked to', LONG, { states: 'end' }, { states: 2 }],
  ['up to a fatal error', FATAL, {}, { operations: 3, endedBy: 'MHeap_FreeSpanLocked - invalid span state' }],
  ['of nothing', { ...SHORT, commands: [] }, {}, { operations: 0, skipped: 0, states: 1 }],
])('states are compared %s', (_, program, options, expected) => {
  for (const memory of [false, true]) {
    const report = assertLockstep(program, { heaps, memory, ...options });
    expect(report).toMatchObject(expected);
    expect(report.divergence).toBeUndefined();
  }
});

test('what was never allocated is skipped', () => {
  const program = parseProgram('config arenaPages=8\ns1 = alloc 9\nfree s1\nquery s1');
  expect(runLockstep(program, { heaps })).toEqual({ operations: 1, skipped: 2, states: 2 });
  const rest = { ...program, commands: program.commands.slice(1) };
  expect(runLockstep(rest, { heaps })).toEqual({ operations: 0, skipped: 2, states: 1 });
});

test('a large object may be kept by a record of its span from before', () => {
  const program = parseProgram(`
    s1 = alloc 1
    addFinalizer s1 id 0
    free s1
    o2 = malloc 32769
    gcStart
    gcEnd
  `);
  expect(runLockstep(program, { heaps, memory: true })).toMatchObject({ operations: 6 });
  expect(runLockstep(program, { heaps, memory: true }).divergence).toBeUndefined();
});

test('a heap may be checked alone', () => {
  expect(runLockstep(SHORT, { heaps: [referenceHeap], memory: true })).toEqual({
    operations: 12,
    skipped: 0,
    states: 13,
  });
});

test('every host of a script refuses alike', () => {
  const program = { ...LONG, host: { seed: 5, refusals: 0.7 } };
  const { skipped, operations } = assertLockstep(program, { heaps, memory: true });
  expect([skipped, operations]).toEqual([0, 300]);
});

test('shapes are counted', () => {
  const shapes = new ShapeCounter();
  assertLockstep(SHORT, { heaps, shapes });
  expect(shapes.unreached().length).toBeLessThan(new ShapeCounter().unreached().length);
});

test('a heap agrees with itself on generated programs, and on what becomes of memory', () => {
  const programs = heapPrograms({ maxCommands: 150 });
  fc.assert(
    fc.property(programs, fc.boolean(), (program, memory) => void assertLockstep(program, { heaps, memory })),
    { numRuns: 100, seed: 2 },
  );
});

test('heaps that are wrong alike are found by what becomes of memory', () => {
  const forgetful: HeapFactory = {
    name: 'forgetful',
    create(config, host) {
      const sound = referenceHeap.create(config, host);
      const perform = (operation: Operation): OperationResult =>
        sound.perform(operation.op === 'free' ? { ...operation, needzero: false } : operation);
      return { config, perform, statistics: () => sound.statistics(), state: () => sound.state() };
    },
  };
  const program = parseProgram('s1 = alloc 5\nfree s1 dirty\ns2 = alloc 5 needzero');
  expect(runLockstep(program, { heaps: [forgetful, forgetful] }).divergence).toBeUndefined();
  expect(runLockstep(program, { heaps: [forgetful, forgetful], memory: true }).divergence).toMatchObject({
    kind: 'memory',
    heap: 'forgetful',
    operation: 3,
    message: expect.stringMatching(
      /^forgetful must not give out 40960 bytes @0, zeroed: the byte @0 is \d+$/,
    ) as string,
  });
});
