import assert from 'node:assert/strict';
import { alter, faulty, type Fault } from '../../properties/faulty-heap.js';
import type { Operation, State, Statistics } from '../spec/index.js';
import { goldenTraces, readGoldenTrace, replayTrace, type GoldenTrace } from '../traces/index.js';
import { clausesOfReplay } from './clauses-of.js';

// What differs from a recording names the clause that was broken, wherever the fault comes to light.

const count = (change: Partial<Statistics>): Fault => ({
  statistics: (statistics) => ({ ...statistics, ...change }),
});

const leaveOut = (op: Operation['op']): Fault => ({
  operation: (operation) => (operation.op === op ? { op: 'tick', ns: 0 } : operation),
});

/** Meddles with what objects of a result have under a name. */
const answer = (op: Operation['op'], name: string, value: unknown): Fault => ({
  result: (result, operation) =>
    operation.op === op && typeof result === 'object' && result !== null
      ? { ...result, [name]: value }
      : result,
});

const spans = (change: (span: State['spans'][number], state: State) => object): Fault => ({
  state: (state) => ({
    ...state,
    spans: state.spans.map((span) => ({ ...span, ...change(span, state) })),
  }),
});

const FAULTS: readonly (readonly [clause: string, trace: string, what: string, fault: Fault])[] = [
  ['growth.chunk', 'pages-mixed-0', 'maps two chunks', chunks(2)],
  ['growth.chunk', 'objects-mixed-0', 'maps two chunks, for objects', chunks(2)],
  ['growth.rounded', 'pages-large-0', 'rounds to pages', { config: (c) => ({ ...c, growRound: 8192 }) }],
  [
    'arena.within-reservation',
    'pages-tiny-arena-0',
    'has more arena',
    { config: (c) => ({ ...c, arenaPages: 2 * c.arenaPages }) },
  ],
  ['lists.busy', 'pages-mixed-0', 'has no busy lists', { state: (state) => ({ ...state, busy: {} }) }],
  ['lists.busy', 'objects-mixed-0', 'has none for objects', { state: (state) => ({ ...state, busy: {} }) }],
  ['free.dirty', 'pages-mixed-0', 'forgets dirt', { operation: alter('free', { needzero: false }) }],
  ['alloc.zero.cleared', 'pages-mixed-0', 'clears nothing', answer('alloc', 'zeroed', false)],
  ['scavenge.older', 'pages-mixed-0', 'never releases', { operation: alter('scavenge', { limit: 2 ** 52 }) }],
  [
    'scavenge.age-at-limit',
    'pages-mixed-0',
    'releases too early',
    { operation: alter('scavenge', { limit: 0 }) },
  ],
  [
    'scavenge.any-age',
    'pages-mixed-0',
    'goes by age on demand',
    {
      operation: (operation) =>
        operation.op === 'freeOSMemory' ? { op: 'scavenge', limit: 1e9 } : operation,
    },
  ],
  ['scavenge.counted', 'pages-mixed-0', 'counts nothing released', count({ heap_released: 0 })],
  ['alloc.stack', 'pages-mixed-0', 'counts no stacks', count({ stacks_inuse: 0 })],
  ['alloc.pages-in-use', 'pages-mixed-0', 'counts no pages', count({ pagesInUse: 0 })],
  ['alloc.large.counted', 'pages-mixed-0', 'counts no objects', count({ heap_objects: 0 })],
  ['alloc.moves-idle', 'objects-mixed-0', 'counts nothing in use', count({ heap_inuse: 0 })],
  ['central.cached.live', 'objects-mixed-0', 'counts nothing live', count({ heap_live: 0 })],
  ['specials.finalizer', 'objects-mixed-0', 'counts no finalizers', count({ finalizersInUse: 0 })],
  ['query.outside', 'pages-mixed-0', 'takes all for heap', answer('query', 'inheap', true)],
  ['query.object.large', 'objects-mixed-0', 'finds no objects', answer('query', 'mlookup', null)],
  [
    'specials.order',
    'objects-mixed-0',
    'has records out of order',
    spans((span) => ('specials' in span && span.specials ? { specials: span.specials.toReversed() } : {})),
  ],
  ['growth.age', 'pages-mixed-0', 'has no ages', spans((span, { clock }) => aged(span, clock))],
  ['caches.scan', 'objects-mixed-0', 'scans nothing', { operation: alter('malloc', { scan: 0 }) }],
  [
    'malloc.tiny.block',
    'objects-mixed-0',
    'has no tiny objects',
    {
      operation: (operation) =>
        operation.op === 'malloc' && operation.size < 16 ? { ...operation, size: 16 } : operation,
    },
  ],
  ['cycle.end.generation', 'objects-mixed-0', 'has one generation', count({ sweepgen: 0 })],
  [
    'cycle.end.ratio',
    'objects-mixed-0',
    'sweeps at once',
    { operation: alter('gcEnd', { heapDistance: 0 }) },
  ],
  ['cycle.mark.inside', 'objects-mixed-0', 'marks nothing', leaveOut('mark')],
  ['flush.counters', 'objects-mixed-0', 'does not flush', leaveOut('flush')],
  ['sweep.one.result', 'objects-mixed-0', 'sweeps none on demand', leaveOut('sweepone')],
  [
    'sweep.finalizer',
    'objects-mixed-0',
    'queues no finalizer, while it allocates',
    { host: () => ({ queueFinalizer: () => undefined }) },
  ],
  [
    'sweep.profile',
    'objects-mixed-0',
    'tells wrong sizes, while it allocates',
    { host: (host) => ({ profileFree: (id) => host.profileFree(id, 4000) }) },
  ],
  ['credit.small', 'objects-mixed-0', 'has no credit', count({ spanBytesAlloc: 0 })],
  [
    'growth.rounded',
    'interleaved-0',
    'maps too much, inside of others',
    { host: (host) => ({ sysMap: (at, bytes) => host.sysMap(at, at > 0 ? 2 * bytes : bytes) }) },
  ],
  ['specials.nowhere', 'throws-finalizer-outside', 'takes finalizers anywhere', leaveOut('addFinalizer')],
  ['free.moves-idle', 'throws-double-free', 'never frees', leaveOut('free')],
  [
    'free.stack.dirty',
    'pages-mixed-0',
    'refuses to free stacks',
    {
      operation: (operation) => {
        if (operation.op === 'freeStack') throw new RangeError('no');
        return operation;
      },
    },
  ],
];

function chunks(number: number): Fault {
  return { config: (config) => ({ ...config, heapAllocChunk: number * config.heapAllocChunk }) };
}

function aged(span: State['spans'][number], clock: number): object {
  return span.state === 'free' ? { unusedsince: clock } : {};
}

function traceOf(name: string): GoldenTrace {
  return goldenTraces().find((trace) => trace.name === `${name}.jsonl.gz`) ?? assert.fail(name);
}

test.each(FAULTS)('%s is broken in %s by a heap that %s', async (clause, name, _what, fault) => {
  const trace = traceOf(name);
  const heap = faulty(fault);
  const { mismatch } = await replayTrace(readGoldenTrace(trace), heap);
  assert(mismatch, 'the fault did not show');
  const ids = (await clausesOfReplay(mismatch, readGoldenTrace(trace), heap)).map(({ id }) => id);
  assert(ids.includes(clause), `named: ${ids.join(', ')}`);
});
