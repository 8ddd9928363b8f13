import assert from 'node:assert/strict';
import { FATAL, FatalError, PAGE_SIZE, heapConfig } from '../spec/index.js';
import type { HeapConfig, Host, Operation } from '../spec/index.js';
import { ReferenceHeap } from './index.js';

type Call = [name: string, ...args: number[]];

function setUp(settings: Partial<HeapConfig> = {}, gctrace = false) {
  const calls: Call[] = [];
  const printed: string[] = [];
  let clock = 1;
  const host: Host = {
    nanotime: () => clock,
    tick: (ns) => (clock += ns),
    sysMap: (...args) => calls.push(['map', ...args]) > 0,
    sysUsed: (...args) => calls.push(['used', ...args]),
    sysUnused: (...args) => calls.push(['unused', ...args]),
    clear: (...args) => calls.push(['clear', ...args]),
    spanClaimed: (...args) => calls.push(['claimed', ...args]),
    queueFinalizer: (...args) => calls.push(['finalizer', ...args]),
    profileFree: (...args) => calls.push(['profile', ...args]),
    print: (text) => printed.push(text),
    gctrace,
  };
  const heap = new ReferenceHeap(heapConfig(settings), host);
  const alloc = (npages: number, more: Partial<Operation> = {}) =>
    heap.perform({
      op: 'alloc',
      npages,
      sizeclass: 0,
      large: true,
      needzero: false,
      ...more,
    } as Operation) as { base: number; zeroed: boolean } | null;
  const free = (base: number) => heap.perform({ op: 'free', base, acct: 1, needzero: true });
  return { heap, calls, printed, alloc, free };
}

const at = (page: number) => page * PAGE_SIZE;

describe('allocation', () => {
  it('takes the shortest free span, the one freed last among equals', () => {
    const { heap, alloc, free } = setUp();
    for (const npages of [3, 1, 5, 1, 3, 1]) alloc(npages);
    free(at(0));
    free(at(4));
    free(at(10));
    assert.deepEqual(heap.state().free[3], [at(10), at(0)]);
    assert.deepEqual(alloc(3), { base: at(10), zeroed: false });
    assert.deepEqual(alloc(3), { base: at(0), zeroed: false });
    assert.deepEqual(alloc(3), { base: at(4), zeroed: false });
    assert.deepEqual(heap.state().free[2], [at(7)]);
  });

  it('takes the lowest address among equally long spans without a list of their own', () => {
    const { heap, alloc, free } = setUp();
    for (const npages of [150, 1, 150, 1]) alloc(npages);
    free(at(0));
    free(at(151));
    assert.deepEqual(heap.state().freelarge.slice(0, 2), [at(0), at(151)]);
    assert.deepEqual(alloc(130)?.base, at(0));
  });

  it('gives null and says so where the arena is exhausted', () => {
    const { alloc, printed, calls } = setUp({ arenaPages: 16 });
    assert.equal(alloc(17), null);
    assert.deepEqual(printed, ['runtime: out of memory: cannot allocate 196608-byte block (0 in use)\n']);
    assert.deepEqual(calls, []);
  });

  it('misses the span of a growth that fell short of a chunk, once', () => {
    const { alloc, calls } = setUp({ arenaPages: 20 });
    assert.equal(alloc(10), null);
    assert.deepEqual(calls, [['map', 0, at(16)]]);
    assert.deepEqual(alloc(10)?.base, 0);
  });

  it('clears memory where it is dirty and zero is asked for', () => {
    const { heap, alloc, free, calls } = setUp();
    alloc(2);
    free(0);
    assert.equal(alloc(1, { needzero: true })?.zeroed, true);
    assert.deepEqual(calls.at(-1), ['clear', 0, PAGE_SIZE]);
    assert.equal(heap.state().spans[1]?.needzero, 1);
  });
});

describe('scavenging', () => {
  it('releases only whole physical pages, and what a merge left unreleased the next time', () => {
    const { heap, alloc, free, calls } = setUp({ physPageSize: 65536 });
    for (const npages of [12, 20, 96]) alloc(npages);
    free(0);
    assert.equal(heap.perform({ op: 'freeOSMemory' }), 65536);
    free(at(12));
    assert.equal(heap.perform({ op: 'freeOSMemory' }), 3 * 65536);
    assert.deepEqual(calls.slice(1), [
      ['unused', 0, 65536],
      ['unused', 0, 4 * 65536],
    ]);
    assert.equal(heap.statistics().heap_released, 4 * 65536);
  });

  it('spares what is exactly as old as the limit, and numbers its trace lines', () => {
    const { heap, alloc, free, printed } = setUp({}, true);
    alloc(1);
    free(0);
    heap.perform({ op: 'tick', ns: 5 });
    assert.equal(heap.perform({ op: 'scavenge', limit: 5 }), 0);
    assert.equal(heap.perform({ op: 'scavenge', limit: 4 }), 2 ** 20);
    heap.perform({ op: 'freeOSMemory' });
    assert.deepEqual(printed, [
      'scvg0: inuse: 0, idle: 1, sys: 1, released: 0, consumed: 1 (MB)\n',
      'scvg1: 1 MB released\n',
      'scvg1: inuse: 0, idle: 1, sys: 1, released: 1, consumed: 0 (MB)\n',
      'scvg-1: inuse: 0, idle: 1, sys: 1, released: 1, consumed: 0 (MB)\n',
    ]);
  });
});

describe('records', () => {
  it('shows an entry of the sweep stack again when its record is used for another span', () => {
    const { heap, alloc, free } = setUp();
    for (const npages of [1, 1, 126]) alloc(npages);
    free(at(0));
    free(at(1));
    alloc(1);
    alloc(1);
    assert.deepEqual(heap.state().sweepStacks.swept, [at(1), at(0), at(2), at(0), at(1)]);
    assert.equal(heap.statistics().allspans, 3);
  });
});

describe('misuse', () => {
  const cases: [name: string, operation: unknown, error: new () => Error][] = [
    ['no pages', { op: 'allocStack', npages: 0 }, RangeError],
    ['a fraction of a page', { op: 'allocStack', npages: 2.5 }, RangeError],
    ['an absurd number of pages', { op: 'allocStack', npages: 2 ** 39 + 1 }, RangeError],
    ['pages as text', { op: 'allocStack', npages: '5' }, TypeError],
    [
      'an unknown size class',
      { op: 'alloc', npages: 1, sizeclass: 67, large: false, needzero: false },
      RangeError,
    ],
    ['a missing flag', { op: 'alloc', npages: 1, sizeclass: 0, large: false }, TypeError],
    ['an address inside a span', { op: 'free', base: 1, acct: 0, needzero: false }, RangeError],
    ['a stack freed as a heap span', { op: 'free', base: at(1), acct: 0, needzero: false }, RangeError],
    ['a heap span freed as a stack', { op: 'freeStack', base: 0 }, RangeError],
    ['a clock that goes back', { op: 'tick', ns: -1 }, RangeError],
    ['a clock past what is exact', { op: 'tick', ns: Number.MAX_SAFE_INTEGER }, RangeError],
    ['a cache that is not there', { op: 'setProfile', p: 1, addr: 0, id: 1 }, RangeError],
    ['a cache by its name', { op: 'flush', p: 'first' }, TypeError],
    ['no cache', { op: 'sweepone' }, TypeError],
    ['a cache that was removed', { op: 'sweepone', p: 1 }, RangeError],
    ['the removal of the last cache', { op: 'removeProc', p: 0 }, RangeError],
    ['an object of no bytes', { op: 'malloc', p: 0, size: 0, needzero: false, scan: 0 }, RangeError],
    [
      'an absurdly large object',
      { op: 'malloc', p: 0, size: 2 ** 52 + 1, needzero: false, scan: 0 },
      RangeError,
    ],
    ['more pointers than bytes', { op: 'malloc', p: 0, size: 8, needzero: false, scan: 9 }, RangeError],
    ['an object that may or may not be zero', { op: 'malloc', p: 0, size: 8, scan: 9 }, TypeError],
    ['the end of no cycle', { op: 'gcEnd', heapDistance: 0 }, RangeError],
    ['a distance that is none', { op: 'gcEnd' }, TypeError],
    ['a mark outside of a cycle', { op: 'mark', addr: 0 }, RangeError],
    ['a mark nowhere', { op: 'mark' }, TypeError],
    ['an unknown operation', { op: 'compact' }, TypeError],
    ['no operation', undefined, TypeError],
  ];

  it.each(cases)('refuses %s and changes nothing', (_, operation, error) => {
    const { heap, alloc } = setUp({ procs: 2 });
    alloc(1);
    heap.perform({ op: 'allocStack', npages: 1 });
    heap.perform({ op: 'removeProc', p: 1 });
    const before = [heap.state(), heap.statistics()];
    assert.throws(() => heap.perform(operation as Operation), error);
    assert.deepEqual([heap.state(), heap.statistics()], before);
  });

  it.each<[name: string, operation: Operation]>([
    ['a second cycle', { op: 'gcStart' }],
    ['a mark below the arena', { op: 'mark', addr: -1 }],
    ['a mark on a span of page-level alloc', { op: 'mark', addr: 0 }],
    ['a mark on a stack', { op: 'mark', addr: at(1) }],
    ['a mark on an object that is not allocated', { op: 'mark', addr: at(2) + 1024 }],
    ['a mark past the last object', { op: 'mark', addr: at(3) + 40000 }],
    ['a mark on free pages', { op: 'mark', addr: at(100) }],
  ])('refuses %s while marking and changes nothing', (_, operation) => {
    const { heap, alloc } = setUp();
    alloc(1);
    heap.perform({ op: 'allocStack', npages: 1 });
    for (const size of [1000, 40000]) heap.perform({ op: 'malloc', p: 0, size, needzero: false, scan: 0 });
    heap.perform({ op: 'gcStart' });
    const before = [heap.state(), heap.statistics()];
    assert.throws(() => heap.perform(operation), RangeError);
    assert.deepEqual([heap.state(), heap.statistics()], before);
  });

  it('dies of a double free, and stays dead', () => {
    const { heap, alloc, free } = setUp();
    alloc(1);
    free(0);
    const death = { name: FatalError.name, message: FATAL.freeInvalidState };
    assert.throws(() => free(0), death);
    assert.equal(heap.statistics().heap_objects, -1);
    assert.throws(() => alloc(1), death);
    assert.throws(() => heap.perform({ op: 'query' }), death);
  });

  it('dies of a stack freed twice, after the counter', () => {
    const { heap } = setUp();
    heap.perform({ op: 'allocStack', npages: 2 });
    heap.perform({ op: 'freeStack', base: 0 });
    assert.throws(() => heap.perform({ op: 'freeStack', base: 0 }), { message: FATAL.freeInvalidState });
    assert.equal(heap.statistics().stacks_inuse, -128 * PAGE_SIZE);
  });

  it('dies of a finalizer on no object, its record taken', () => {
    const { heap } = setUp();
    assert.throws(() => heap.perform({ op: 'addFinalizer', p: 0, addr: 0, id: 1 }), {
      message: FATAL.addSpecial,
    });
    assert.equal(heap.statistics().finalizersInUse, 1);
  });

  it('dies of a second profile, but not of a second finalizer', () => {
    const { heap, alloc } = setUp();
    alloc(1);
    assert.deepEqual(heap.perform({ op: 'addFinalizer', p: 0, addr: 8, id: 1 }), { added: true });
    assert.deepEqual(heap.perform({ op: 'addFinalizer', p: 0, addr: 8, id: 2 }), { added: false });
    heap.perform({ op: 'setProfile', p: 0, addr: 8, id: 3 });
    assert.deepEqual(heap.state().spans[0], {
      ...heap.state().spans[0],
      specials: [
        [8, 1],
        [8, 2],
      ],
    });
    assert.throws(() => heap.perform({ op: 'setProfile', p: 0, addr: 8, id: 4 }), {
      message: FATAL.profileAlreadySet,
    });
  });
});
