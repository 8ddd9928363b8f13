import assert from 'node:assert/strict';
import { FATAL, PAGE_SIZE, heapConfig } from '../spec/index.js';
import type {
  AddFinalizerResult,
  HeapConfig,
  InUseSpanState,
  MallocResult,
  Operation,
} from '../spec/index.js';
import { ReferenceHeap } from './index.js';

function setUp(settings: Partial<HeapConfig> = {}) {
  const claims: number[] = [];
  const finalizers: [addr: number, id: number][] = [];
  const profiles: [id: number, size: number][] = [];
  const heap = new ReferenceHeap(heapConfig(settings), {
    nanotime: () => 1,
    tick: () => undefined,
    sysMap: () => true,
    sysUsed: () => undefined,
    sysUnused: () => undefined,
    clear: () => undefined,
    spanClaimed: (base) => claims.push(base),
    queueFinalizer: (...finalizer) => finalizers.push(finalizer),
    profileFree: (...profile) => profiles.push(profile),
    print: () => undefined,
    gctrace: false,
  });
  const malloc = (size: number) =>
    (heap.perform({ op: 'malloc', p: 0, size, needzero: false, scan: size < 16 ? 0 : 8 }) as MallocResult)
      .addr;
  /** Allocates a large object of `npages` pages, more than 4. */
  const pages = (npages: number) => malloc(npages * PAGE_SIZE);
  const perform = (operation: Operation) => heap.perform(operation);
  const addFinalizer = (addr: number, id: number) =>
    perform({ op: 'addFinalizer', p: 0, addr, id }) as AddFinalizerResult;
  const setProfile = (addr: number, id: number) => perform({ op: 'setProfile', p: 0, addr, id });
  const mark = (addr: number) => perform({ op: 'mark', addr });
  /** A whole cycle in which only the objects at `live` are marked. */
  const collect = (live: readonly number[], heapDistance = 0) => {
    perform({ op: 'gcStart' });
    live.forEach(mark);
    perform({ op: 'gcEnd', heapDistance });
  };
  const span = (base: number) => heap.state().spans.find((s) => s.base === base) as InUseSpanState;
  return {
    ...{ heap, claims, finalizers, profiles, perform },
    ...{ malloc, pages, addFinalizer, setProfile, mark, collect, span },
  };
}

/** A distance at which no allocation of these tests owes a page of sweeping. */
const FAR = Number.MAX_SAFE_INTEGER;

describe('a cycle', () => {
  it('marks an object by any of its bytes, and counts it once', () => {
    const { heap, malloc, perform, mark, span } = setUp();
    const [a, b] = [malloc(1000), malloc(1000)];
    perform({ op: 'gcStart' });
    for (const addr of [b, b + 1, b + 1023]) mark(addr);
    assert.equal(heap.state().bytesMarked, 1024);
    assert.throws(() => mark(b + 1024), RangeError);
    assert.deepEqual([span(a).gcmarkBits, span(a).allocBits], ['02', '00']);
  });

  it('marks what is allocated while it marks: small, tiny and large objects, each with all of its bytes', () => {
    const { heap, malloc, perform } = setUp();
    malloc(4);
    perform({ op: 'gcStart' });
    malloc(4);
    assert.equal(heap.state().bytesMarked, 0);
    for (const size of [12, 1000, 32769]) malloc(size);
    assert.equal(heap.state().bytesMarked, 16 + 1024 + 5 * PAGE_SIZE);
  });

  it('leaves what is marked, and nothing else', () => {
    const { heap, malloc, collect, span } = setUp();
    const all = Array.from({ length: 12 }, () => malloc(1000));
    const [dead, alive] = [malloc(40000), malloc(40000)];
    collect([all[1], all[4], alive]);
    const { allocCount, freeindex, allocBits, needzero } = span(0);
    assert.deepEqual(
      { allocCount, freeindex, allocBits, needzero },
      {
        allocCount: 2,
        freeindex: 0,
        allocBits: '12',
        needzero: 1,
      },
    );
    // The second span of small objects and the large object behind it are one free span now.
    assert.deepEqual([span(PAGE_SIZE).npages, span(dead), span(alive).state], [6, undefined, 'inuse']);
    const { heap_live, heap_objects, sweepgen, sweepdone } = heap.statistics();
    assert.deepEqual(
      { heap_live, heap_objects, sweepgen, sweepdone },
      {
        heap_live: 2 * 1024 + 5 * PAGE_SIZE,
        heap_objects: 1,
        sweepgen: 2,
        sweepdone: 1,
      },
    );
    assert.deepEqual(heap.state().mcache[0]?.nsmallfree, { 31: 10 });
    assert.deepEqual(heap.state().mcache[0]?.counters, { largefree: 5 * PAGE_SIZE, nlargefree: 1 });
  });

  it('takes new bits for marks where it sweeps, and keeps the old ones as what lives', () => {
    const { heap, malloc, collect } = setUp();
    const addr = malloc(1000);
    assert.deepEqual(heap.state().gcBitsArenas, { free: 0, next: [16], current: [], previous: [] });
    collect([addr]);
    assert.deepEqual(heap.state().gcBitsArenas, { free: 0, next: [8], current: [16], previous: [] });
    collect([addr]);
    assert.deepEqual(heap.state().gcBitsArenas, { free: 0, next: [8], current: [8], previous: [16] });
  });

  it('begins by sweeping what is left, and counts anew', () => {
    const { heap, malloc, perform, mark, claims, collect } = setUp();
    const live = [malloc(40000), malloc(1000)];
    collect(live, 5 * PAGE_SIZE);
    malloc(1000);
    assert.deepEqual(
      [heap.statistics().spanBytesAlloc, claims.splice(0)],
      [PAGE_SIZE - 1024, [5 * PAGE_SIZE]],
    );
    perform({ op: 'gcStart' });
    assert.deepEqual([claims.splice(0), heap.state().bytesMarked], [[0], 0]);
    live.forEach(mark);
    perform({ op: 'gcEnd', heapDistance: 5 * PAGE_SIZE });
    const { pagesSwept, spanBytesAlloc } = heap.statistics();
    assert.deepEqual([pagesSwept, spanBytesAlloc], [0, 0]);
    assert.ok(heap.state().sweepPagesPerByte > 0);
    collect(live);
    assert.deepEqual([claims, heap.state().sweepPagesPerByte], [[0, 5 * PAGE_SIZE, 5 * PAGE_SIZE, 0], 0]);
  });

  it('leaves a span without a living object to who asks for one of its class', () => {
    const { heap, malloc, claims, collect, span } = setUp();
    for (let i = 0; i < 2; i++) malloc(1000);
    collect([], FAR);
    assert.equal(malloc(1000), 0);
    assert.deepEqual([claims, span(0).incache, heap.state().mcache[0]?.nsmallfree], [[0], true, { 31: 2 }]);
  });

  it('has full spans swept until one is found with room', () => {
    const { malloc, claims, collect } = setUp();
    const all = Array.from({ length: 24 }, () => malloc(1000));
    collect(all.slice(0, 12), FAR);
    assert.equal(malloc(1000), all[12]);
    assert.deepEqual(claims, [0, PAGE_SIZE]);
  });

  it('can be swept one span at a time: the last one first, then -1', () => {
    const { heap, malloc, claims, collect, perform } = setUp();
    const [alive, dead] = [malloc(40000), malloc(60000)];
    collect([alive], FAR);
    const sweepone = () => perform({ op: 'sweepone', p: 0 });
    assert.equal(heap.statistics().sweepdone, 0);
    assert.deepEqual([sweepone(), sweepone(), sweepone()], [8, 0, -1]);
    assert.deepEqual(claims, [dead, alive]);
    assert.equal(heap.statistics().sweepdone, 1);
  });
});

describe('special records', () => {
  it('revive an object for its finalizer, and let it go in the next cycle', () => {
    const { heap, malloc, addFinalizer, collect, finalizers, span } = setUp();
    const [, other] = [malloc(100), malloc(100)];
    addFinalizer(other + 50, 7);
    collect([]);
    assert.deepEqual(finalizers, [[other + 50, 7]]);
    assert.deepEqual(
      [span(0).allocBits?.slice(0, 2), span(0).allocCount, span(0).specials],
      ['02', 1, undefined],
    );
    assert.equal(heap.statistics().finalizersInUse, 0);
    collect([]);
    assert.equal(span(0).state, 'free');
    assert.equal(finalizers.length, 1);
  });

  it('of one tiny block: all its finalizers run, its profile stays till it is dead', () => {
    const { heap, malloc, addFinalizer, setProfile, collect, finalizers, profiles, span } = setUp();
    const [a, b] = [malloc(8), malloc(8)];
    setProfile(a, 3);
    addFinalizer(b, 2);
    addFinalizer(a, 1);
    assert.deepEqual(span(0).specials, [
      [0, 1],
      [0, 2],
      [8, 1],
    ]);
    collect([]);
    assert.deepEqual(
      [finalizers, profiles],
      [
        [
          [a, 1],
          [b, 2],
        ],
        [],
      ],
    );
    assert.deepEqual(span(0).specials, [[0, 2]]);
    collect([]);
    assert.deepEqual([finalizers.length, profiles], [2, [[3, 16]]]);
    assert.deepEqual([span(0).state, heap.statistics().profilesInUse], ['free', 0]);
  });

  it('of what is marked stay', () => {
    const { malloc, addFinalizer, setProfile, collect, finalizers, profiles, span } = setUp();
    const addr = malloc(40000);
    addFinalizer(addr + 39999, 1);
    setProfile(addr, 2);
    collect([addr]);
    assert.deepEqual(
      [finalizers, profiles, span(addr).specials],
      [
        [],
        [],
        [
          [0, 2],
          [39999, 1],
        ],
      ],
    );
  });

  it('keep 16 bits of their offset', () => {
    const { malloc, addFinalizer, collect, finalizers } = setUp();
    const addr = malloc(100000);
    addFinalizer(addr + 65536 + 8, 1);
    collect([]);
    assert.deepEqual(finalizers, [[addr + 8, 1]]);
  });

  it('let their object be scanned, and looked up, while marking', () => {
    const { heap, malloc, perform, addFinalizer } = setUp();
    const [, addr] = [malloc(100), malloc(100)];
    assert.deepEqual(addFinalizer(addr, 1), { added: true });
    perform({ op: 'gcStart' });
    assert.deepEqual(addFinalizer(addr + 5, 2), { added: true, scanned: addr });
    assert.deepEqual(addFinalizer(addr + 5, 3), { added: false });
    assert.equal(heap.state().mcache[0]?.counters.nlookup, 1);
  });

  it('have their span swept before; one on the dead stays with what their span became', () => {
    const { heap, malloc, claims, collect, addFinalizer } = setUp();
    const addr = malloc(40000);
    collect([], FAR);
    assert.deepEqual(addFinalizer(addr, 1), { added: true });
    assert.deepEqual(claims, [addr]);
    assert.deepEqual([heap.state().spans.length, heap.statistics().finalizersInUse], [1, 1]);
  });

  it('end in a fatal error where a finalizer revives what never lived', () => {
    const { malloc, addFinalizer, collect } = setUp();
    const addr = malloc(100);
    addFinalizer(addr + 112, 1);
    assert.throws(() => collect([addr]), { name: 'FatalError', message: FATAL.sweepIncreasedCount });
  });
});

describe('sweeping in proportion', () => {
  /** Three spans of 8 objects, the first of each alive, and 20 pages of large objects. */
  function threeSpansOfObjects(heapDistance: number) {
    const all = setUp();
    const objects = Array.from({ length: 24 }, () => all.malloc(1000));
    const large = [all.pages(10), all.pages(10)];
    all.collect([objects[0], objects[8], objects[16], ...large], heapDistance);
    const credit = () => {
      const { pagesSwept, spanBytesAlloc } = all.heap.statistics();
      return [pagesSwept, spanBytesAlloc, all.heap.state().sweepPagesPerByte];
    };
    return { ...all, large, credit };
  }

  it('pays for a span before it is cached, and is reimbursed for the objects in it', () => {
    const { malloc, claims, large, credit } = threeSpansOfObjects((23 * PAGE_SIZE) / 2);
    assert.deepEqual(credit(), [0, 0, 2 / PAGE_SIZE]);
    malloc(1000);
    assert.deepEqual(claims.splice(0), [large[1], 0]);
    assert.deepEqual(credit(), [11, PAGE_SIZE - 1024, 2 / PAGE_SIZE]);
    for (let i = 1; i < 7; i++) malloc(1000);
    assert.deepEqual(claims, []);
    malloc(1000);
    assert.deepEqual(claims, [PAGE_SIZE]);
    assert.deepEqual(credit(), [12, 2 * (PAGE_SIZE - 1024), 2 / PAGE_SIZE]);
  });

  it('lets the pages of a large object be owed: they are looked for where large objects are', () => {
    const { pages, claims, large, credit } = threeSpansOfObjects(23 * PAGE_SIZE);
    pages(9);
    assert.deepEqual(claims, [...large, 2 * PAGE_SIZE, PAGE_SIZE, 0]);
    assert.deepEqual(credit(), [23, 9 * PAGE_SIZE, 1 / PAGE_SIZE]);
  });

  it('ends when nothing is left to sweep, however much is owed', () => {
    const { malloc, claims, large, credit } = threeSpansOfObjects(1);
    assert.equal(credit()[2], 23 / PAGE_SIZE);
    malloc(1000);
    assert.deepEqual(claims, [...large.reverse(), 2 * PAGE_SIZE, PAGE_SIZE, 0]);
    assert.deepEqual(credit(), [23, PAGE_SIZE - 1024, 23 / PAGE_SIZE]);
    for (let i = 0; i < 7; i++) malloc(1000);
    assert.deepEqual(credit(), [23, 2 * PAGE_SIZE - 1024, 0]);
  });
});

describe('what the sweeper can not sweep', () => {
  const dies = (act: () => unknown, message: string) => assert.throws(act, { name: 'FatalError', message });
  const alloc = { op: 'alloc', npages: 1, sizeclass: 0, large: false, needzero: false } as const;

  it('is a span of page-level alloc', () => {
    const { perform, collect, claims, heap } = setUp();
    perform(alloc);
    dies(() => collect([]), FATAL.sweepWithoutObjects);
    assert.deepEqual([claims, heap.statistics().pagesSwept], [[0], 0]);
  });

  it('is one that was used for objects before, too', () => {
    const { perform, malloc, mark, collect } = setUp();
    malloc(1000);
    malloc(40000);
    collect([PAGE_SIZE]);
    perform(alloc);
    perform({ op: 'gcStart' });
    assert.throws(() => mark(0), RangeError);
    dies(() => perform({ op: 'gcEnd', heapDistance: 0 }), FATAL.sweepWithoutObjects);
  });

  it('is one that was freed in an earlier cycle', () => {
    const { perform, malloc, collect } = setUp();
    malloc(40000);
    perform(alloc);
    perform({ op: 'free', base: 5 * PAGE_SIZE, acct: 0, needzero: false });
    dies(() => collect([0]), FATAL.sweepNotInUse);
  });

  it('can not be freed before it is swept, and no span with a live object can', () => {
    for (const size of [1000, 40000]) {
      const { perform, malloc } = setUp();
      malloc(size);
      dies(() => perform({ op: 'free', base: 0, acct: 0, needzero: false }), FATAL.freeInvalid);
    }
    const { perform, collect } = setUp();
    perform({ op: 'alloc', npages: 1, sizeclass: 0, large: false, needzero: false });
    collect([], FAR);
    dies(() => perform({ op: 'free', base: 0, acct: 0, needzero: false }), FATAL.freeInvalid);
  });
});
