import { ReferenceHeap } from '../../reference/index.js';
import { heapConfig, type Heap, type Operation, type QueryResult } from '../../spec/index.js';
import { RecordingHost } from '../recording-host.js';
import { checkInvariants } from './index.js';
import { QUERY_INVARIANTS } from './queries.js';

const AGREE = 'queries.agree-with-tiling';
const OUTSIDE = 'queries.nothing-outside';

/** A large span, a stack, a hole, small spans with and without a rest behind the last object, one with no room. */
function heapAt(arenaStart: number): Heap {
  const heap = new ReferenceHeap(heapConfig({ arenaStart, arenaPages: 4096 }), new RecordingHost());
  heap.perform({ op: 'alloc', npages: 5, sizeclass: 0, large: true, needzero: false });
  heap.perform({ op: 'allocStack', npages: 3 });
  heap.perform({ op: 'alloc', npages: 4, sizeclass: 0, large: false, needzero: false });
  for (const sizeclass of [5, 33, 66]) {
    heap.perform({ op: 'alloc', npages: 1, sizeclass, large: false, needzero: false });
  }
  heap.perform({ op: 'free', base: 8 * 8192, acct: 0, needzero: true });
  return heap;
}

function brokenBy(heap: Heap, sound = heap): string[] {
  const view = { config: heap.config, state: sound.state(), statistics: sound.statistics(), heap };
  return checkInvariants(view, QUERY_INVARIANTS).map(({ name }) => name);
}

/** A heap that answers queries like another one, but for what it says otherwise. */
function lying(heap: Heap, lie: (addr: number | undefined, truth: QueryResult) => object): Heap {
  return {
    config: heap.config,
    perform: (operation: Operation) => {
      const truth = heap.perform(operation) as QueryResult;
      return { ...truth, ...lie(operation.op === 'query' ? operation.addr : 0, truth) };
    },
    statistics: () => heap.statistics(),
    state: () => heap.state(),
  };
}

test.each([2 ** 40, 2 ** 20, 0])('a sound heap at %d answers rightly', (arenaStart) => {
  expect(brokenBy(heapAt(arenaStart))).toEqual([]);
});

test.each([2 ** 40, 0])('an empty heap at %d answers rightly', (arenaStart) => {
  expect(brokenBy(new ReferenceHeap(heapConfig({ arenaStart }), new RecordingHost()))).toEqual([]);
});

test('of a heap with many spans some are asked about, and always the last', () => {
  const heap = new ReferenceHeap(heapConfig(), new RecordingHost());
  const asked = new Set<number>();
  for (let i = 0; i < 1000; i++) heap.perform({ op: 'allocStack', npages: 1 });
  const curious = lying(heap, (addr) => asked.add(Number(addr)));
  expect(brokenBy(curious)).toEqual([]);
  expect(asked.size).toBeLessThan(500);
  expect(asked).toContain(heap.statistics().arenaUsed - 1);
});

test.each<[does: string, lie: (addr: number | undefined, truth: QueryResult) => object, ...broken: string[]]>(
  [
    ['knows nothing of the heap', () => ({ inheap: false }), AGREE],
    ['knows nothing of stacks', (_, { inheap }) => ({ inHeapOrStack: inheap }), AGREE],
    ['looks up the first span for all', (_, { lookupMaybe }) => ({ lookupMaybe: lookupMaybe && 0 }), AGREE],
    ['looks up the wrong object', (_, { mlookup }) => ({ mlookup: mlookup && [mlookup[0], 1] }), AGREE],
    ['is a span off', (_, { spanOf }) => (spanOf === undefined ? {} : { spanOf: spanOf + 8192 }), AGREE],
    ['knows nothing of last bytes', (addr) => (addr === 5 * 8192 - 1 ? { inheap: false } : {}), AGREE],
    ['finds a freed span', (addr) => (addr === 8 * 8192 ? { lookupMaybe: 8 * 8192 } : {}), AGREE],
    ['finds an object past the limit', (addr) => (addr === 14 * 8192 - 1 ? { inheap: true } : {}), AGREE],
    ['finds nil', (addr) => (addr === undefined ? { inheap: true } : {}), OUTSIDE],
    ['finds what is below', (addr) => (Number(addr) < -1 ? { inHeapOrStack: true } : {}), OUTSIDE],
    ['finds what is far above', (addr) => (Number(addr) > 1e8 ? { lookupMaybe: 0 } : {}), OUTSIDE],
    ['says too much', () => ({ spanOf: 0 }), AGREE, OUTSIDE],
  ],
)('a heap that %s', (_, lie, ...broken) => {
  expect(brokenBy(lying(heapAt(2 ** 40), lie))).toEqual(broken);
});

test('a heap that cannot be asked answers wrongly', () => {
  const heap = heapAt(0);
  const mute = {
    ...lying(heap, () => ({})),
    perform: () => {
      throw new RangeError('no');
    },
  };
  expect(brokenBy(mute, heap)).toEqual([AGREE, OUTSIDE]);
});
