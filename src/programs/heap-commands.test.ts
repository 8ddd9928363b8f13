import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecordingHost } from '../lockstep/index.js';
import { referenceHeap } from '../reference/index.js';
import { heapConfig, type HeapConfig, type Operation, type OperationResult } from '../spec/index.js';
import { COMMAND_NAMES } from './command-fields.js';
import { heapCommands, type HeapCommandsOptions } from './heap-commands.js';
import { HeapModel, type PerformingHeap } from './heap-model.js';
import { parseProgram } from './text/parse-program.js';

const SMALL = heapConfig({ arenaPages: 600, arenaStart: 0, physPageSize: 16384, procs: 2 });

function reference(config: HeapConfig): PerformingHeap {
  return referenceHeap.create(config, new RecordingHost());
}

type Fault = (operation: Operation, result: OperationResult) => OperationResult;

/** The reference heap, telling lies. */
function faulty(config: HeapConfig, fault: Fault): PerformingHeap {
  const heap = reference(config);
  return { perform: (operation) => fault(operation, heap.perform(operation)) };
}

/** Runs commands on heaps until one of them is wrong. */
function check(
  config: HeapConfig,
  heap: () => PerformingHeap,
  expected: () => PerformingHeap | null,
  seed = 1,
  level: HeapCommandsOptions['level'] = 'pages',
) {
  const commands = fc.commands(heapCommands({ level, maxPages: 200 }), { maxCommands: 60, size: 'max' });
  const property = fc.property(commands, (drawn) => {
    fc.modelRun(() => ({ model: new HeapModel(config, expected()), real: heap() }), drawn);
  });
  return fc.check(property, { numRuns: 200, seed });
}

/** Replaces fields of an object among results. */
function withFields(result: OperationResult, fields: object): OperationResult {
  return typeof result === 'object' && result !== null ? { ...result, ...fields } : result;
}

const FAULTS: readonly (readonly [what: string, fault: Fault, message: RegExp])[] = [
  [
    'gives every span the same base',
    ({ op }, result) => (op === 'alloc' ? withFields(result, { base: 0 }) : result),
    /must not overlap s\d+/,
  ],
  [
    'gives a base between pages',
    ({ op }, result) => (op === 'allocStack' ? withFields(result, { base: 100 }) : result),
    /base 100 must be a multiple of 8192/,
  ],
  [
    'gives spans outside of the arena',
    ({ op }, result) => (op === 'alloc' ? withFields(result, { base: 600 * 8192 }) : result),
    /must lie in the arena/,
  ],
  [
    'gives nothing for a span',
    ({ op }, result) => (op === 'alloc' ? undefined : result),
    /must give a span or null/,
  ],
  [
    'does not say whether it cleared',
    ({ op }, result) => (op === 'alloc' ? withFields(result, { zeroed: undefined }) : result),
    /must say whether the span was cleared/,
  ],
  [
    'clears unasked',
    ({ op }, result) => (op === 'alloc' ? withFields(result, { zeroed: true }) : result),
    /must not clear a span unasked/,
  ],
  [
    'releases half a physical page',
    ({ op }, result) => (op === 'scavenge' && result !== 0 ? Number(result) + 8192 : result),
    /must release a multiple of 16384 bytes/,
  ],
  [
    'releases more than there is',
    ({ op }, result) => (op === 'freeOSMemory' ? 2 ** 30 : result),
    /must release part of the arena, not 1073741824 bytes/,
  ],
  [
    'finds objects in free memory',
    ({ op }, result) => (op === 'query' ? withFields(result, { inheap: true }) : result),
    /query .*: it must give \{"inheap":false/,
  ],
  [
    'gives what was not asked for',
    ({ op }, result) => (op === 'tick' ? 5 : result),
    /tick .*: it must give no result/,
  ],
  [
    'hides what became of a finalizer',
    ({ op }, result) => (op === 'addFinalizer' ? undefined : result),
    /must say whether the finalizer was added/,
  ],
];

const OBJECT_FAULTS: readonly (readonly [what: string, fault: Fault, message: RegExp])[] = [
  [
    'gives every object the same place',
    ({ op }, result) => (op === 'malloc' ? withFields(result, { addr: 0 }) : result),
    /the object from 0 to \d+ must not overlap [os]\d+/,
  ],
  [
    'places objects between slots',
    ({ op }, result) =>
      op === 'malloc' && addrOf(result) > 0 ? withFields(result, { addr: addrOf(result) + 1 }) : result,
    /address \d+ must be a multiple of \d+/,
  ],
  [
    'lets a part of a tiny block stick out',
    (operation, result) =>
      operation.op === 'malloc' && operation.size === 10 && operation.scan === 0
        ? withFields(result, { addr: addrOf(result) - (addrOf(result) % 16) + 8 })
        : result,
    /must lie in one block of 16 bytes/,
  ],
  [
    'gives objects outside of the arena',
    ({ op }, result) => (op === 'malloc' ? withFields(result, { addr: 600 * 8192 }) : result),
    /must lie in the arena/,
  ],
  [
    'gives nothing for an object',
    ({ op }, result) => (op === 'malloc' ? null : result),
    /must give an object/,
  ],
  [
    'does not say whether it cleared an object',
    ({ op }, result) => (op === 'malloc' ? withFields(result, { zeroed: undefined }) : result),
    /must say whether the object was cleared/,
  ],
  [
    'clears objects unasked',
    (operation, result) =>
      operation.op === 'malloc' && operation.size > 16 ? withFields(result, { zeroed: true }) : result,
    /must not clear an object unasked/,
  ],
  [
    'puts stacks on objects',
    ({ op }, result) => (op === 'allocStack' ? withFields(result, { base: 0 }) : result),
    /the span from 0 to \d+ must not overlap o\d+/,
  ],
  [
    'uses the number of a cache again',
    ({ op }, result) => (op === 'addProc' ? 1 : result),
    /must give the number of a new cache/,
  ],
  [
    'sweeps half a page',
    ({ op }, result) => (op === 'sweepone' ? 0.5 : result),
    /must give the pages that it freed, or -1/,
  ],
  [
    'loses the spans of objects',
    ({ op }, result) => (op === 'query' ? withFields(result, { lookupMaybe: null }) : result),
    /must find the span of the object at \d+/,
  ],
  [
    'takes objects for larger than they are',
    ({ op }, result) => (op === 'query' ? withFields(result, { mlookup: [0, 8192] }) : result),
    /query .*: it must give .*"mlookup":\[\d+,\d+\]/,
  ],
  [
    'scans objects at all times',
    ({ op }, result) => (op === 'addFinalizer' ? withFields(result, { scanned: 0 }) : result),
    /must scan no object/,
  ],
  [
    'scans nothing while marking',
    ({ op }, result) => (op === 'addFinalizer' ? withFields(result, { scanned: undefined }) : result),
    /must say which object it scanned/,
  ],
];

function addrOf(result: OperationResult): number {
  return (result as { readonly addr: number }).addr;
}

describe('heapCommands about objects', () => {
  it.each([
    ['with much room', heapConfig({ arenaPages: 1 << 16 })],
    ['in an arena that begins at address 0', { ...SMALL, arenaPages: 1 << 14 }],
  ])('find nothing wrong with a heap that works, %s', (_, config) => {
    const details = check(
      config,
      () => reference(config),
      () => reference(config),
      1,
      'objects',
    );
    assert.equal(details.errorInstance, null);
    assert.ok(!details.failed);
  });

  it.each(OBJECT_FAULTS)('find a heap that %s', (_, fault, message) => {
    const config = { ...SMALL, arenaPages: 600 };
    const details = check(
      config,
      () => faulty(config, fault),
      () => null,
      1,
      'objects',
    );
    assert.match(String(details.errorInstance), message);
  });
});

describe('heapCommands', () => {
  it.each([
    ['with much room', heapConfig({ arenaPages: 1 << 20 })],
    ['in a small arena that begins at address 0', SMALL],
    ['in an arena of a few pages', heapConfig({ arenaPages: 20, maxHeapList: 4 })],
  ])('find nothing wrong with a heap that works, %s', (_, config) => {
    const details = check(
      config,
      () => reference(config),
      () => reference(config),
    );
    assert.equal(details.errorInstance, null);
    assert.ok(!details.failed);
  });

  it.each(FAULTS)('find a heap that %s', (_, fault, message) => {
    const details = check(
      SMALL,
      () => faulty(SMALL, fault),
      () => null,
    );
    assert.match(String(details.errorInstance), message);
  });

  it('find a heap that differs from the expected one', () => {
    const other = () => reference({ ...SMALL, maxHeapList: 2 });
    const details = check(SMALL, other, () => reference(SMALL));
    assert.match(String(details.errorInstance), /alloc\w* .*: expected .*, got .*"base":\d+/);
  });

  it('do everything that there is to do', () => {
    const seen = new Set<string>();
    const recorded = () => {
      const heap = reference(SMALL);
      return {
        perform: (operation: Operation) => {
          seen.add(operation.op);
          return heap.perform(operation);
        },
      };
    };
    check(SMALL, recorded, () => null);
    check(SMALL, recorded, () => null, 1, 'objects');
    assert.deepEqual([...seen].sort(), [...COMMAND_NAMES].sort());
  });

  it('print a counterexample as a program, which shrinking has not changed afterwards', () => {
    // The first span lies at the start of the arena: it takes two to free another.
    const fault: Fault = (operation, result) =>
      operation.op === 'freeStack' && operation.base > 0 ? 1 : result;
    for (let seed = 1; seed <= 10; seed++) {
      const { counterexample } = check(
        SMALL,
        () => faulty(SMALL, fault),
        () => null,
        seed,
      );
      const text = fc.stringify(counterexample?.[0]).replace(/\/\*.*\*\//, '');
      const { commands } = parseProgram(text.replaceAll(',', '\n'));
      const made = commands.flatMap((command) => ('handle' in command ? [command.handle] : []));
      assert.deepEqual(
        made,
        made.map((_, i) => i + 1),
        text,
      );
      assert.equal(commands.at(-1)?.op, 'freeStack');
      assert.ok(commands.length >= 3 && commands.length <= 6, text);
    }
  });

  it('name an option that is out of range', () => {
    assert.throws(
      () => heapCommands({ level: 'mixed' as 'objects' }),
      /level must be pages or objects, not mixed/,
    );
    assert.throws(
      () => heapCommands({ maxPages: 0 }),
      /maxPages must be an integer from 1 to 549755813888, not 0/,
    );
    assert.throws(() => new HeapModel({ arenaPages: 0 }), RangeError);
  });
});
