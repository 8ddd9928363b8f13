import assert from 'node:assert/strict';
import { FATAL, PAGE_SIZE, heapConfig } from '../spec/index.js';
import type { HeapConfig, InUseSpanState, MallocResult, Operation } from '../spec/index.js';
import { ReferenceHeap } from './index.js';

function setUp(settings: Partial<HeapConfig> = {}) {
  const cleared: [offset: number, bytes: number][] = [];
  const heap = new ReferenceHeap(heapConfig(settings), {
    nanotime: () => 1,
    tick: () => undefined,
    sysMap: () => true,
    sysUsed: () => undefined,
    sysUnused: () => undefined,
    clear: (...range) => cleared.push(range),
    spanClaimed: () => undefined,
    queueFinalizer: () => undefined,
    profileFree: () => undefined,
    print: () => undefined,
    gctrace: false,
  });
  const malloc = (size: number, more: Partial<Operation> = {}) =>
    heap.perform({
      op: 'malloc',
      p: 0,
      size,
      needzero: false,
      scan: 0,
      ...more,
    } as Operation) as MallocResult;
  /** Allocates `count` objects with pointers, which are never tiny, and gives their addresses. */
  const objects = (count: number, size: number) =>
    Array.from({ length: count }, () => malloc(size, { scan: size }).addr);
  /** A whole cycle in which only the objects at `live` are marked, everything being swept at its end. */
  const collect = (live: readonly number[]) => {
    heap.perform({ op: 'gcStart' });
    for (const addr of live) heap.perform({ op: 'mark', addr });
    heap.perform({ op: 'gcEnd', heapDistance: 0 });
  };
  const span = (base: number) => heap.state().spans.find((s) => s.base === base) as InUseSpanState;
  return { heap, cleared, malloc, objects, collect, span };
}

describe('tiny objects', () => {
  const cases: [name: string, sizes: number[], addresses: number[]][] = [
    ['are aligned to 8, 4 or 2 where that divides their size', [1, 2, 4, 8], [0, 2, 4, 8]],
    ['leave a gap where they have to', [1, 4, 6, 2], [0, 4, 8, 14]],
    ['follow each other without a gap where their sizes are odd', [3, 5, 7, 1], [0, 3, 8, 15]],
    ['fill a block to its last byte', [8, 8, 1], [0, 8, 16]],
    [
      'go to a new block where they do not fit, which stays open if more is left of it',
      [12, 8, 4],
      [0, 16, 24],
    ],
    ['leave the old block open if more is left of that', [4, 15, 4], [0, 16, 4]],
    ['leave the old block open if as much is left of both', [9, 9, 7, 7], [0, 16, 9, 32]],
  ];

  it.each(cases)('%s', (_, sizes, addresses) => {
    const { malloc } = setUp();
    assert.deepEqual(
      sizes.map((size) => malloc(size).addr),
      addresses,
    );
  });

  it('have a cleared block; those placed in an open one are counted, and that is all', () => {
    const { heap, cleared, malloc } = setUp();
    assert.deepEqual(
      [malloc(4), malloc(4)],
      [
        { addr: 0, zeroed: true },
        { addr: 4, zeroed: false },
      ],
    );
    assert.deepEqual(cleared, [[0, 16]]);
    assert.deepEqual(heap.state().mcache[0], {
      alloc: { 2: 0 },
      counters: { tinyallocs: 1 },
      nsmallfree: {},
      tiny: 0,
      tinyoffset: 8,
    });
  });

  it('have no pointers, and less than 16 bytes', () => {
    const { malloc, span } = setUp();
    assert.equal(malloc(8, { scan: 8 }).addr, 0);
    assert.deepEqual(malloc(16), { addr: PAGE_SIZE, zeroed: false });
    assert.deepEqual([span(0).sizeclass, span(PAGE_SIZE).sizeclass], [1, 2]);
  });

  it('are closed up with a flush', () => {
    const { heap, malloc } = setUp();
    malloc(4);
    heap.perform({ op: 'flush', p: 0 });
    assert.equal(malloc(4).addr, 16);
  });
});

describe('small objects', () => {
  const windows: [count: number, freeindex: number, low: number, high: number][] = [
    [1, 1, 0xffffffff, 0x7fffffff],
    [33, 33, 0x7fffffff, 0],
    [63, 63, 1, 0],
    [64, 64, 0xffffffff, 0xffffffff],
    [65, 65, 0xffffffff, 0x7fffffff],
    [1023, 1023, 1, 0],
    [1024, 1024, 0, 0],
  ];

  it.each(windows)(
    'after %d of them the free ones are seen from %d to the end of 64',
    (count, freeindex, ...halves) => {
      const { objects, span } = setUp();
      objects(count, 8);
      const { allocCount, allocCache } = span(0);
      assert.deepEqual([allocCount, span(0).freeindex, allocCache], [count, freeindex, halves]);
    },
  );

  it('come from another span where one is full', () => {
    const { objects, span } = setUp();
    assert.equal(objects(9, 1024).at(-1), PAGE_SIZE);
    assert.deepEqual([span(0).incache, span(PAGE_SIZE).incache], [false, true]);
  });

  it('skip what lives: a whole window after sweeping, and single objects', () => {
    const { objects, collect, span } = setUp();
    const all = objects(130, 8);
    collect([...all.slice(0, 64), all[65]]);
    assert.equal(span(0).freeindex, 0);
    assert.deepEqual(objects(2, 8), [64 * 8, 66 * 8]);
    assert.equal(span(0).freeindex, 67);
  });

  it('are cleared where zero is asked for and objects of their span were freed', () => {
    const { cleared, malloc, objects, collect } = setUp();
    const [kept] = objects(2, 100);
    assert.equal(malloc(100, { needzero: true }).zeroed, false);
    collect([kept]);
    assert.equal(malloc(100).zeroed, false);
    assert.deepEqual(malloc(100, { needzero: true }), { addr: 224, zeroed: true });
    assert.deepEqual(cleared, [[224, 112]]);
  });

  it('count as live by the span when it is cached, and by the object when it is flushed', () => {
    const { heap, objects } = setUp();
    objects(3, 1000);
    assert.equal(heap.statistics().heap_live, PAGE_SIZE);
    assert.deepEqual(heap.state().central[31], { nonempty: [], empty: [0] });
    heap.perform({ op: 'flush', p: 0 });
    assert.equal(heap.statistics().heap_live, 3 * 1024);
    assert.deepEqual(heap.state().central[31], { nonempty: [0], empty: [] });
    assert.equal(objects(1, 1000)[0], 3 * 1024);
    assert.equal(heap.statistics().heap_live, PAGE_SIZE);
  });

  it('tell the heap of pointers when a span is freed', () => {
    const { heap, malloc } = setUp();
    heap.perform({ op: 'alloc', npages: 1, sizeclass: 0, large: false, needzero: false });
    malloc(64, { scan: 40 });
    heap.perform({ op: 'free', base: 0, acct: 0, needzero: false });
    assert.equal(heap.statistics().heap_scan, 40);
  });

  it('tell the heap of pointers when a span is allocated, but not yet of the one it is allocated for', () => {
    const { heap, malloc } = setUp();
    malloc(64, { scan: 40 });
    assert.equal(heap.statistics().heap_scan, 0);
    malloc(128, { scan: 100 });
    assert.equal(heap.statistics().heap_scan, 40);
    heap.perform({ op: 'flush', p: 0 });
    assert.equal(heap.statistics().heap_scan, 140);
  });
});

describe('large objects', () => {
  it('have a span of their own, whose limit is theirs', () => {
    const { heap, malloc, span } = setUp();
    assert.deepEqual(malloc(32768), { addr: 0, zeroed: false });
    assert.deepEqual(malloc(32769), { addr: 4 * PAGE_SIZE, zeroed: false });
    const large = span(4 * PAGE_SIZE);
    const { npages, sizeclass, limit, nelems, freeindex, allocCount, allocBits, allocCache } = large;
    assert.deepEqual(
      { npages, sizeclass, limit, nelems, freeindex, allocCount, allocBits, allocCache },
      {
        npages: 5,
        sizeclass: 0,
        limit: 4 * PAGE_SIZE + 32769,
        nelems: 1,
        freeindex: 1,
        allocCount: 1,
        allocBits: '00',
        allocCache: undefined,
      },
    );
    assert.deepEqual(heap.state().busy, { 5: [4 * PAGE_SIZE] });
    assert.equal(heap.statistics().heap_objects, 1);
  });

  it('are cleared, the whole span, where it is dirty', () => {
    const { cleared, malloc, collect } = setUp();
    malloc(40000);
    collect([]);
    assert.deepEqual(malloc(40000, { needzero: true }), { addr: 0, zeroed: true });
    assert.deepEqual(cleared, [[0, 5 * PAGE_SIZE]]);
  });
});

describe('no memory', () => {
  it.each([
    ['a small object', 8192],
    ['a large object', 40000],
  ])('is fatal for %s, whose pointers are not counted', (_, size) => {
    const { heap, malloc } = setUp({ arenaPages: 128 });
    malloc(127 * PAGE_SIZE);
    malloc(1024, { scan: 8 });
    assert.throws(() => malloc(size, { scan: 8 }), { name: 'FatalError', message: FATAL.outOfMemory });
    assert.throws(() => malloc(8), { name: 'FatalError', message: FATAL.outOfMemory });
    assert.deepEqual([heap.statistics().heap_scan, heap.state().mcache[0]?.counters], [8, {}]);
  });
});

describe('caches', () => {
  it('are numbered in the order in which they are made, and no number is used again', () => {
    const { heap } = setUp({ procs: 2 });
    assert.equal(heap.perform({ op: 'addProc' }), 2);
    heap.perform({ op: 'removeProc', p: 2 });
    assert.equal(heap.perform({ op: 'addProc' }), 3);
    assert.deepEqual(
      heap.state().mcache.map((cache) => cache !== null),
      [true, true, false, true],
    );
    assert.equal(heap.statistics().cachesInUse, 3);
  });

  it('give what they counted to the heap once', () => {
    const { heap, objects, collect } = setUp();
    objects(2, 1000);
    objects(1, 40000);
    collect([]);
    heap.perform({ op: 'query' });
    for (let i = 0; i < 2; i++) heap.perform({ op: 'flush', p: 0 });
    const { nlookup, largefree, nlargefree } = heap.statistics();
    assert.deepEqual([nlookup, largefree, nlargefree], [1, 5 * PAGE_SIZE, 1]);
    assert.deepEqual(heap.state().nsmallfree, { 31: 2 });
    assert.deepEqual(heap.state().mcache[0], { alloc: {}, counters: {}, nsmallfree: {} });
  });

  it('put their spans in front of those with room', () => {
    const { heap, malloc } = setUp({ procs: 2 });
    for (const p of [0, 1]) malloc(1000, { p });
    for (const p of [0, 1]) heap.perform({ op: 'flush', p });
    assert.deepEqual(heap.state().central[31], { nonempty: [PAGE_SIZE, 0], empty: [] });
  });

  it('give everything to the heap when they are removed', () => {
    const { heap, malloc } = setUp({ procs: 2 });
    for (const size of [4, 4, 1000]) malloc(size, { p: 1 });
    heap.perform({ op: 'removeProc', p: 1 });
    assert.equal(heap.statistics().tinyallocs, 1);
    assert.deepEqual(heap.state().central, {
      2: { nonempty: [0], empty: [] },
      31: { nonempty: [PAGE_SIZE], empty: [] },
    });
  });

  it('count, the first one that is left, for operations that name none', () => {
    const { heap } = setUp({ procs: 2 });
    heap.perform({ op: 'query' });
    heap.perform({ op: 'removeProc', p: 0 });
    assert.equal(heap.statistics().nlookup, 1);
    heap.perform({ op: 'query', addr: 5 });
    assert.deepEqual(heap.state().mcache[1]?.counters, { nlookup: 1 });
  });
});
