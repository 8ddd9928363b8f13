import assert from 'node:assert/strict';
import { CLASS_TO_SIZE, MAX_SMALL_SIZE, type Operation } from '../spec/index.js';
import { Bindings } from './bindings.js';
import { sizeClassOf } from './object-lives.js';
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

describe('objects', () => {
  /** Runs a program whose objects get one address after the other; gives the operations, null for what is skipped. */
  function run(text: string, ...addresses: number[]): (Operation | null)[] {
    const bindings = new Bindings();
    const left = [...addresses];
    return parseProgram(text).commands.map((command) => {
      const operation = bindings.resolve(command);
      if (operation === null) return null;
      const made = operation.op === 'malloc' ? { addr: left.shift() ?? 0, zeroed: false } : undefined;
      bindings.bind(command, made);
      return operation;
    });
  }

  /** Whether the queries at the end of a program are asked: those that are skipped are of dead objects. */
  function alive(text: string, ...addresses: number[]): boolean[] {
    const commands = run(text, ...addresses);
    return parseProgram(text).commands.flatMap(({ op }, i) => (op === 'query' ? [commands[i] !== null] : []));
  }

  test('commands become operations', () => {
    const text = `
      o5 = malloc 64 scan 8 needzero cache 1
      addProc
      gcStart
      mark o5+3
      gcEnd distance 100
      sweepone cache 2
      flush
      removeProc cache 1
      free o5`;
    assert.deepEqual(run(text, 4096), [
      { op: 'malloc', p: 1, size: 64, needzero: true, scan: 8 },
      { op: 'addProc' },
      { op: 'gcStart' },
      { op: 'mark', addr: 4099 },
      { op: 'gcEnd', heapDistance: 100 },
      { op: 'sweepone', p: 2 },
      { op: 'flush', p: 0 },
      { op: 'removeProc', p: 1 },
      { op: 'free', base: 4096, acct: 0, needzero: false },
    ]);
  });

  test('live on where they are marked, anywhere in them', () => {
    const text =
      'o1 = malloc 64\no2 = malloc 64\no3 = malloc 64\ngcStart\nmark o2+63\ngcEnd\nquery o1\nquery o2\nquery o3';
    assert.deepEqual(alive(text, 0, 64, 128), [false, true, false]);
  });

  test('live on where they are allocated while marking', () => {
    const text = 'gcStart\no1 = malloc 64\ngcEnd\nquery o1\ngcStart\ngcEnd\nquery o1';
    assert.deepEqual(alive(text, 0), [true, false]);
  });

  test('need a mark in each cycle', () => {
    const text = 'o1 = malloc 64\ngcStart\nmark o1\ngcEnd\nquery o1\ngcStart\nquery o1\ngcEnd\nquery o1';
    assert.deepEqual(alive(text, 0), [true, true, false]);
  });

  test('stay dead, whatever is done to them', () => {
    const text = `
      o1 = malloc 64
      gcStart
      gcEnd
      addFinalizer o1 id 1
      removeFinalizer o1
      setProfile o1 id 1
      free o1
      gcStart
      mark o1
      gcEnd`;
    const skipped = run(text, 0).map((operation) => operation === null);
    assert.deepEqual(skipped, [false, false, false, true, true, true, true, false, true, false]);
  });

  test('are marked by the address, not by the handle', () => {
    const text = 'o1 = malloc 60\no2 = malloc 64\ngcStart\nmark o1+64\ngcEnd\nquery o1\nquery o2';
    assert.deepEqual(alive(text, 0, 64), [false, true]);
    const absolute =
      'o1 = malloc 60\no2 = malloc 33000\ngcStart\nmark @40000\nmark @63\ngcEnd\nquery o1\nquery o2';
    assert.deepEqual(alive(absolute, 0, 8192), [true, true]);
  });

  test('in one tiny block live and die together', () => {
    const text = `
      o1 = malloc 3
      o2 = malloc 8
      o3 = malloc 8
      o4 = malloc 8 scan 8
      gcStart
      mark o2
      gcEnd
      query o1
      query o2
      query o3
      query o4`;
    assert.deepEqual(alive(text, 32, 40, 48, 56), [true, true, false, false]);
  });

  test('are not kept by being placed in a tiny block that marking found open', () => {
    const text = 'o1 = malloc 3\ngcStart\no2 = malloc 3\no3 = malloc 15\ngcEnd\nquery o1\nquery o2\nquery o3';
    assert.deepEqual(alive(text, 32, 35, 48), [false, false, true]);
  });

  test('may begin where another one was', () => {
    const text =
      'o1 = malloc 3\ngcStart\ngcEnd\no2 = malloc 3\nquery o1\nquery o2\ngcStart\nmark o2\ngcEnd\nquery o2';
    assert.deepEqual(alive(text, 32, 32), [false, true, true]);
  });

  test('do not die at the end of a cycle that did not begin', () => {
    assert.deepEqual(alive('o1 = malloc 3\nmark o1\ngcEnd\nquery o1', 0), [true]);
  });
});

test('every size has the class that has just room for it', () => {
  for (let size = 1; size <= MAX_SMALL_SIZE; size++) {
    const sizeclass = sizeClassOf(size);
    assert.ok(sizeclass > 0 && size <= CLASS_TO_SIZE[sizeclass] && size > CLASS_TO_SIZE[sizeclass - 1]);
  }
});
