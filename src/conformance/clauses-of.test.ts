import assert from 'node:assert/strict';
import { runLockstep } from '../lockstep/index.js';
import { parseProgram } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { canaryHeap } from '../faults/index.js';
import type { TraceMismatch } from '../traces/index.js';
import { alter, faulty, type Fault } from '../../properties/faulty-heap.js';
import type { HeapFactory, Operation, OperationResult } from '../spec/index.js';
import { clausesOf, clausesOfMismatch, clausesOfSigns } from './clauses-of.js';
import { CLAUSES } from './clauses/index.js';
import { parseExample } from './example.js';

function named(text: string, heap: HeapFactory, memory = false): string[] {
  const program = parseProgram(text);
  const { divergence } = runLockstep(program, { heaps: [referenceHeap, heap], memory });
  assert(divergence, 'the fault did not show');
  return clausesOf(program, divergence).map(({ id }) => id);
}

const FAULTS: readonly (readonly [clause: string, program: string, fault: Fault])[] = [
  [
    'growth.chunk',
    'alloc 1',
    { config: (config) => ({ ...config, heapAllocChunk: config.heapAllocChunk * 2 }) },
  ],
  ['growth.rounded', 'alloc 129', { config: (config) => ({ ...config, growRound: 8192 }) }],
  [
    'arena.within-reservation',
    'config arenaPages=8\nalloc 9',
    { result: (result, { op }) => (op === 'alloc' ? { base: 0, zeroed: false } : result) },
  ],
  [
    'alloc.best-fit.tie',
    's1 = alloc 128\nalloc 128\ns3 = alloc 128\nalloc 128\nfree s3\nfree s1\nalloc 128',
    {
      result: (() => {
        let allocations = 0;
        return (result: OperationResult, { op }: Operation): OperationResult =>
          op === 'alloc' && ++allocations === 5 ? { base: 2 * 1048576, zeroed: false } : result;
      })(),
    },
  ],
  [
    'alloc.zero.cleared',
    's1 = alloc 2\nfree s1 dirty\nalloc 2 needzero',
    { host: () => ({ clear: () => undefined }) },
  ],
  ['lists.busy', 'alloc 2 large', { state: (state) => ({ ...state, busy: {} }) }],
  [
    'alloc.large.counted',
    'alloc 2 large',
    { statistics: (statistics) => ({ ...statistics, heap_objects: 0 }) },
  ],
  [
    'alloc.moves-idle',
    'alloc 3',
    { statistics: (statistics) => ({ ...statistics, heap_inuse: statistics.heap_sys }) },
  ],
  ['free.dirty', 's1 = alloc 1\nalloc 1\nfree s1 dirty', { operation: alter('free', { needzero: false }) }],
  [
    'free.fatal.free',
    's1 = alloc 1\nfree s1\nfree s1',
    {
      operation: (() => {
        let frees = 0;
        return (operation: Operation): Operation =>
          operation.op === 'free' && ++frees > 1 ? { op: 'tick', ns: 0 } : operation;
      })(),
    },
  ],
  [
    'scavenge.age-at-limit',
    'alloc 1\ntick 5ns\nscavenge 5ns',
    { operation: alter('scavenge', { limit: 4 }) },
  ],
  [
    'scavenge.physical.start',
    'config physPageSize=16384\nalloc 1\nfreeOSMemory',
    { host: (host) => ({ sysUnused: (_, bytes) => host.sysUnused(8192, bytes) }) },
  ],
  [
    'query.object.large',
    's1 = alloc 2\nquery s1+9000',
    {
      result: (result) =>
        typeof result === 'object' && result !== null && 'mlookup' in result
          ? { ...result, mlookup: [8192, 8192] }
          : result,
    },
  ],
  [
    'specials.order',
    's1 = alloc 1\nsetProfile s1+16 id 1\naddFinalizer s1+8 id 1',
    {
      state: (state) => ({
        ...state,
        spans: state.spans.map((span) =>
          'specials' in span && span.specials ? { ...span, specials: span.specials.toReversed() } : span,
        ),
      }),
    },
  ],
  [
    'malloc.tiny.alignment',
    'malloc 1\nmalloc 8',
    {
      operation: (operation) =>
        operation.op === 'malloc' && operation.size === 8 ? { ...operation, size: 7 } : operation,
    },
  ],
  ['caches.scan', 'malloc 64 scan 8', { operation: alter('malloc', { scan: 0 }) }],
  [
    'cycle.end.live',
    'o1 = malloc 4096\ngcStart\nmark o1\ngcEnd',
    { statistics: (statistics) => (statistics.sweepgen > 0 ? { ...statistics, heap_live: 0 } : statistics) },
  ],
  [
    'sweep.finalizer',
    'o1 = malloc 4096\naddFinalizer o1 id 7\ngcStart\ngcEnd',
    { host: () => ({ queueFinalizer: () => undefined }) },
  ],
  [
    'sweep.profile',
    'o1 = malloc 4000\nsetProfile o1 id 7\ngcStart\ngcEnd',
    { host: (host) => ({ profileFree: (id) => host.profileFree(id, 4000) }) },
  ],
  [
    'credit.small',
    'o1 = malloc 40000\no2 = malloc 40000\ngcStart\nmark o1\nmark o2\ngcEnd distance 16384\nmalloc 4096',
    { statistics: (statistics) => ({ ...statistics, spanBytesAlloc: 0 }) },
  ],
  [
    'misuse.count',
    'alloc 0',
    {
      operation: (operation) =>
        operation.op === 'alloc' && operation.npages === 0 ? { ...operation, npages: 1 } : operation,
    },
  ],
  [
    'bits.window.next',
    `${'malloc 80\n'.repeat(66)}gcStart\n${Array.from({ length: 63 }, (_, i) => `mark @${80 * (i + 1)}`).join('\n')}\ngcEnd\nmalloc 80\nmalloc 80`,
    { result: misplaced(68, 80) },
  ],
  ['central.nonempty.own', 'malloc 2048\nmalloc 2048\nflush\nmalloc 2048', { result: misplaced(3, 8192) }],
  [
    'credit.exhausted',
    'o1 = malloc 40000\ngcStart\nmark o1\ngcEnd distance 8192\nmalloc 40000',
    {
      state: (state) => (state.sweepStacks.swept.length > 1 ? { ...state, sweepPagesPerByte: 0.5 } : state),
    },
  ],
  [
    'cycle.mark.inside',
    'malloc 4096\nmalloc 4096\ngcStart\nmark @8191',
    { operation: (operation) => (operation.op === 'mark' ? { op: 'mark', addr: 0 } : operation) },
  ],
  [
    'sweep.finalizer.tiny',
    'o1 = malloc 4\no2 = malloc 4\naddFinalizer o1 id 1\naddFinalizer o2 id 2\ngcStart\ngcEnd',
    {
      host: (host) => ({
        queueFinalizer: (addr, id) => {
          if (id === 1) host.queueFinalizer(addr, id);
        },
      }),
    },
  ],
  ['misuse.distance', 'gcStart\ngcEnd distance -1', { operation: alter('gcEnd', { heapDistance: 0 }) }],
];

/** Says that the nth object lies `bytes` further than it does. */
function misplaced(nth: number, bytes: number): (result: OperationResult) => OperationResult {
  let objects = 0;
  return (result) => {
    const isObject = typeof result === 'object' && result !== null && 'addr' in result;
    return isObject && ++objects === nth ? { ...result, addr: result.addr + bytes } : result;
  };
}

test.each(FAULTS)('a fault that breaks %s', (clause, program, fault) => {
  const ids = named(program, faulty(fault));
  assert(ids.includes(clause), `named: ${ids.join(', ')}`);
});

test('the canary', () => {
  assert.deepEqual(named('s1 = alloc 9\nfree s1 dirty', canaryHeap).slice(0, 1), ['free.dirty']);
});

test('a broken invariant names a clause that names it', () => {
  const program = parseProgram('alloc 1');
  const heap = faulty({ statistics: (statistics) => ({ ...statistics, heap_sys: 0 }) });
  const { divergence } = runLockstep(program, { heaps: [heap] });
  assert(divergence?.invariant, 'the fault did not show');
  const [first] = clausesOf(program, divergence);
  assert(first.invariants.includes(divergence.invariant.name));
});

/** A mismatch with a trace at its first step. */
function mismatchOf(parts: Pick<TraceMismatch, 'performed' | 'nested' | 'kind' | 'differences'>): string[] {
  const mismatch = { file: 'a.jsonl', line: 2, heap: 'optimized', operation: 1, ...parts };
  return clausesOfMismatch(mismatch).map(({ id }) => id);
}

const AT_FREE: Operation = { op: 'free', base: 0, acct: 0, needzero: true };
const AT_ALLOC: Operation = { op: 'alloc', npages: 1, sizeclass: 0, large: false, needzero: false };

test.each<readonly [string, Parameters<typeof mismatchOf>[0]]>([
  [
    'growth.out-of-memory',
    {
      performed: AT_ALLOC,
      kind: 'step',
      differences: [{ path: 'ret', expected: null, actual: { base: 0, zeroed: false } }],
    },
  ],
  [
    'free.fatal.free',
    {
      performed: AT_FREE,
      kind: 'step',
      differences: [
        { path: 'throw', expected: 'MHeap_FreeSpanLocked - invalid span state', actual: undefined },
      ],
    },
  ],
  [
    'free.pages-in-use',
    {
      performed: AT_FREE,
      kind: 'step',
      differences: [{ path: 'stats.pagesInUse', expected: 2, actual: 3 }],
    },
  ],
  [
    'free.dirty',
    {
      performed: AT_FREE,
      kind: 'state',
      differences: [{ path: 'state.spans[@8192].needzero', expected: 1, actual: 0 }],
    },
  ],
  [
    'sweep.one',
    {
      performed: { op: 'sweepone', p: 0 },
      kind: 'step',
      differences: [{ path: 'claims[0].span', expected: 8192, actual: 0 }],
    },
  ],
  [
    'growth.chunk',
    {
      performed: { op: 'sweepone', p: 0 },
      nested: { path: 'claims[0].steps[1]', performed: AT_ALLOC },
      kind: 'step',
      differences: [{ path: 'claims[0].steps[1].sys', expected: [['map', 0, 1048576]], actual: [] }],
    },
  ],
])('a mismatch with a trace names %s', (clause, parts) => {
  const ids = mismatchOf(parts);
  assert(ids.includes(clause), `named: ${ids.join(', ')}`);
});

test('a mismatch of what no operation led to, and a crash at a trace, name none', () => {
  const differences = [{ path: 'state.clock', expected: 1, actual: 2 }];
  assert.deepEqual(mismatchOf({ kind: 'state', differences }), []);
  assert.deepEqual(mismatchOf({ kind: 'crash', performed: AT_ALLOC, differences: [] }), []);
});

test.each(['', ' ! result', ' ! result or RangeError'])(
  'a refusal of what is sound%s names a clause',
  (ends) => {
    const heap = faulty({
      operation: (operation) => {
        if (operation.op === 'scavenge') throw new TypeError('no');
        return operation;
      },
    });
    const ids = named(`alloc 1\ntick 9ns\nscavenge 0s${ends}`, heap);
    assert(ids.includes('scavenge.older'), `named: ${ids.join(', ')}`);
  },
);

test('a crash names none, and neither does what is not in the specification', () => {
  const program = parseProgram('alloc 1');
  const heap = faulty({
    operation: () => {
      throw new Error('a defect');
    },
  });
  const { divergence } = runLockstep(program, { heaps: [referenceHeap, heap] });
  assert.deepEqual(clausesOf(program, divergence ?? assert.fail('it did not crash')), []);
  const [command] = program.commands;
  const differences = [{ path: 'prints', expected: [] }];
  assert.deepEqual(clausesOfSigns({ command, differences: [], shapes: new Set() }), []);
  assert.deepEqual(clausesOfSigns({ command: { op: 'flush', p: 0 }, differences, shapes: new Set() }), []);
});

test('what an example shows, gone wrong, names its clause', () => {
  const missed = CLAUSES.filter((clause) => {
    const { program, shows } = parseExample(clause.example);
    return !shows.some(({ index, path, value }) => {
      const command = program.commands[index];
      const shapes = new Set(clause.shapes);
      return clausesOfSigns({ command, differences: [{ path, expected: value }], shapes }).includes(clause);
    });
  });
  assert.deepEqual(
    missed.map(({ id }) => id),
    [],
  );
});
