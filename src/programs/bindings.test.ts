import assert from 'node:assert/strict';
import type { Operation } from '../spec/index.js';
import { Bindings } from './bindings.js';
import { parseProgram } from './text/parse-program.js';

/** The operations of a program on a heap that gives one result after the other to its allocations. */
function operationsOf(text: string, ...results: ({ base: number } | null)[]): (Operation | null)[] {
  const bindings = new Bindings();
  const left = [...results];
  return parseProgram(text).commands.map((command) => {
    const operation = bindings.resolve(command);
    const allocates = operation?.op === 'alloc' || operation?.op === 'allocStack';
    bindings.bind(command, allocates ? left.shift() : undefined);
    return operation;
  });
}

test('commands become operations', () => {
  const text = `
    s1 = alloc 2 class 5 needzero
    s2 = allocStack 3
    query s1+8191
    query s2-1
    query @-5
    query nil
    tick 5m
    scavenge 300s
    freeOSMemory
    addFinalizer s1+8 id 7 cache 2
    removeFinalizer s1+8 cache 2
    setProfile s1 id 3
    free s1
    freeStack s2`;
  assert.deepEqual(operationsOf(text, { base: 8192 }, { base: 24576 }), [
    { op: 'alloc', npages: 2, sizeclass: 5, large: false, needzero: true },
    { op: 'allocStack', npages: 3 },
    { op: 'query', addr: 16383 },
    { op: 'query', addr: 24575 },
    { op: 'query', addr: -5 },
    { op: 'query' },
    { op: 'tick', ns: 300e9 },
    { op: 'scavenge', limit: 300e9 },
    { op: 'freeOSMemory' },
    { op: 'addFinalizer', p: 2, addr: 8200, id: 7 },
    { op: 'removeFinalizer', p: 2, addr: 8200 },
    { op: 'setProfile', p: 0, addr: 8192, id: 3 },
    { op: 'free', base: 8192, acct: 0, needzero: false },
    { op: 'freeStack', base: 24576 },
  ]);
});

test('a span comes off heap_objects where it was allocated as large, unless the command says otherwise', () => {
  const text = `
    s1 = alloc 1 large
    s2 = alloc 1
    free s1
    free s2 dirty
    free s1 noacct
    free s2 acct
    free @0`;
  const frees = operationsOf(text, { base: 0 }, { base: 8192 }).slice(2);
  assert.deepEqual(frees, [
    { op: 'free', base: 0, acct: 1, needzero: false },
    { op: 'free', base: 8192, acct: 0, needzero: true },
    { op: 'free', base: 0, acct: 0, needzero: false },
    { op: 'free', base: 8192, acct: 1, needzero: false },
    { op: 'free', base: 0, acct: 0, needzero: false },
  ]);
});

test('what mentions the handle of a failed allocation is skipped', () => {
  const text = `
    s1 = alloc 1
    free s1
    freeStack s1
    query s1
    addFinalizer s1 id 1
    removeFinalizer s1
    setProfile s1 id 1
    tick 1s`;
  assert.deepEqual(operationsOf(text, null).slice(1), [
    null,
    null,
    null,
    null,
    null,
    null,
    { op: 'tick', ns: 1e9 },
  ]);
});

test('what was never run binds nothing', () => {
  const [make, use] = parseProgram('s1 = alloc 1\nfree s1').commands;
  const bindings = new Bindings();
  assert.equal(bindings.resolve(use), null);
  bindings.bind(make, undefined);
  assert.equal(bindings.resolve(use), null);
  bindings.bind(use, { base: 0 });
  assert.equal(bindings.resolve(use), null);
});

test('arguments that stand for misuse reach the heap as they are', () => {
  const text = `
    alloc "many" class 2.5
    tick "soon"
    scavenge NaN
    free @"here"
    setProfile @0 id -1 cache "none"`;
  assert.deepEqual(operationsOf(text, null), [
    { op: 'alloc', npages: 'many', sizeclass: 2.5, large: false, needzero: false },
    { op: 'tick', ns: 'soon' },
    { op: 'scavenge', limit: NaN },
    { op: 'free', base: 'here', acct: 0, needzero: false },
    { op: 'setProfile', p: 'none', addr: 0, id: -1 },
  ]);
});
