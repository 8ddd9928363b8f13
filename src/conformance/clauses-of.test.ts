import assert from 'node:assert/strict';
import { runLockstep } from '../lockstep/index.js';
import { parseProgram } from '../programs/index.js';
import { referenceHeap } from '../reference/index.js';
import { canaryHeap } from '../faults/index.js';
import type {
  Heap,
  HeapConfig,
  HeapFactory,
  Host,
  Operation,
  OperationResult,
  State,
  Statistics,
} from '../spec/index.js';
import { clausesOf, clausesOfSigns } from './clauses-of.js';
import { CLAUSES } from './clauses/index.js';
import { parseExample } from './example.js';

/** What a planted fault does: each part stands between a reference heap and whoever uses it. */
interface Fault {
  readonly config?: (config: HeapConfig) => HeapConfig;
  readonly host?: (host: Host) => Partial<Host>;
  readonly operation?: (operation: Operation) => Operation;
  readonly result?: (result: OperationResult, operation: Operation) => OperationResult;
  readonly statistics?: (statistics: Statistics) => Statistics;
  readonly state?: (state: State) => State;
}

const same = <T>(value: T): T => value;

function faulty(fault: Fault): HeapFactory {
  const { config: misread = same, operation: mistake = same, result: lie = same } = fault;
  const { statistics: miscount = same, state: misremember = same } = fault;
  return {
    name: 'faulty',
    create: (config, host): Heap => {
      const heap = referenceHeap.create(misread(config), fault.host ? meddled(host, fault.host(host)) : host);
      return {
        config,
        perform: (operation) => lie(heap.perform(mistake(operation)), operation),
        statistics: () => miscount(heap.statistics()),
        state: () => misremember(heap.state()),
      };
    },
  };
}

function meddled(host: Host, parts: Partial<Host>): Host {
  return {
    gctrace: host.gctrace,
    nanotime: () => host.nanotime(),
    tick: (ns) => host.tick(ns),
    sysMap: (offset, bytes) => host.sysMap(offset, bytes),
    sysUsed: (offset, bytes) => host.sysUsed(offset, bytes),
    sysUnused: (offset, bytes) => host.sysUnused(offset, bytes),
    clear: (offset, bytes) => host.clear(offset, bytes),
    spanClaimed: (base) => host.spanClaimed(base),
    queueFinalizer: (addr, id) => host.queueFinalizer(addr, id),
    profileFree: (id, size) => host.profileFree(id, size),
    print: (text) => host.print(text),
    ...parts,
  };
}

function named(text: string, heap: HeapFactory, memory = false): string[] {
  const program = parseProgram(text);
  const { divergence } = runLockstep(program, { heaps: [referenceHeap, heap], memory });
  assert(divergence, 'the fault did not show');
  return clausesOf(program, divergence).map(({ id }) => id);
}

const alter =
  <Op extends Operation['op']>(op: Op, change: Partial<Extract<Operation, { op: Op }>>) =>
  (operation: Operation): Operation =>
    operation.op === op ? { ...operation, ...change } : operation;

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
];

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
