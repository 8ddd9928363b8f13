import assert from 'node:assert/strict';
import { FATAL, FatalError, PAGE_SIZE, heapConfig } from '../spec/index.js';
import type { InUseSpanState, MallocResult, Operation } from '../spec/index.js';
import { ReferenceHeap } from './index.js';

/** A heap with two caches, that runs `atClaim` at each claim but those inside of another one. */
function setUp() {
  const claims: number[] = [];
  const host = { atClaim: (_base: number): unknown => undefined };
  let depth = 0;
  const heap = new ReferenceHeap(heapConfig({ procs: 2 }), {
    nanotime: () => 1,
    tick: () => undefined,
    sysMap: () => true,
    sysUsed: () => undefined,
    sysUnused: () => undefined,
    clear: () => undefined,
    spanClaimed: (base) => {
      claims.push(base);
      depth += 1;
      if (depth === 1) host.atClaim(base);
      depth -= 1;
    },
    queueFinalizer: () => undefined,
    profileFree: () => undefined,
    print: () => undefined,
    gctrace: false,
  });
  const perform = (operation: Operation) => heap.perform(operation);
  const malloc = (p: number, size: number) =>
    (perform({ op: 'malloc', p, size, needzero: false, scan: size < 16 ? 0 : 8 }) as MallocResult).addr;
  /** A cycle in which only the objects at `live` are marked, and nothing is swept. */
  const collect = (...live: number[]) => {
    perform({ op: 'gcStart' });
    for (const addr of live) perform({ op: 'mark', addr });
    perform({ op: 'gcEnd', heapDistance: Number.MAX_SAFE_INTEGER });
  };
  const span = (base: number) => heap.state().spans.find((s) => s.base === base) as InUseSpanState;
  return { heap, host, claims, perform, malloc, collect, span };
}

describe('an operation inside of another one', () => {
  it('finds the span claimed, in its new place, and nothing of it swept', () => {
    const { heap, host, malloc, collect, span } = setUp();
    const [, kept] = [malloc(0, 1000), malloc(0, 1000)];
    collect(kept);
    host.atClaim = () => {
      const { sweepgen, allocCount, gcmarkBits, incache } = span(0);
      assert.deepEqual([sweepgen, allocCount, gcmarkBits, incache], [-1, 2, '02', false]);
      assert.deepEqual(heap.state().central[31], { nonempty: [], empty: [0] });
      assert.equal(heap.statistics().pagesSwept, 0);
    };
    assert.equal(malloc(0, 1000), 0);
    assert.equal(heap.statistics().pagesSwept, 1);
  });

  it('passes over a span that is being swept, in nonempty and in empty', () => {
    const { host, claims, malloc, collect, span } = setUp();
    for (let i = 0; i < 9; i++) malloc(0, 1000);
    const [first, second] = [0, PAGE_SIZE];
    collect(first, second);
    // The second span stands in nonempty, the first one in empty.
    let inner = -1;
    host.atClaim = () => (inner = malloc(1, 1000));
    assert.equal(malloc(0, 1000), second + 1024);
    assert.equal(inner, first + 1024);
    assert.deepEqual(claims, [second, first]);
    assert.deepEqual([span(first).incache, span(second).incache], [true, true]);
  });

  it('passes over a span that is being swept where it stands: in nonempty, in empty, in a busy list', () => {
    const objects = [
      { size: 1000, count: 1, found: PAGE_SIZE },
      { size: 1000, count: 16, found: PAGE_SIZE },
      { size: 5 * PAGE_SIZE, count: 2, found: 5 * PAGE_SIZE },
    ];
    for (const { size, count, found } of objects) {
      const { host, claims, malloc, collect, perform } = setUp();
      for (let i = 0; i < count; i++) malloc(0, size);
      malloc(0, 40 * PAGE_SIZE);
      collect();
      let inner = -1;
      host.atClaim = () => (inner = malloc(1, size));
      perform({ op: 'addFinalizer', p: 0, addr: 0, id: 1 });
      assert.deepEqual([inner, ...claims.slice(0, 2)], [found, 0, found]);
    }
  });

  it('passes over a large object that is being swept, and may take the pages that were looked for', () => {
    const { host, claims, malloc, collect } = setUp();
    const [a, , b] = [5, 40, 5, 40].map((npages) => malloc(0, npages * PAGE_SIZE));
    collect();
    let inner = -1;
    host.atClaim = () => (inner = malloc(1, 5 * PAGE_SIZE));
    malloc(0, 5 * PAGE_SIZE);
    assert.deepEqual(claims, [a, b]);
    assert.equal(inner, b);
  });

  it('may end sweeping, which the outer one takes up where it is', () => {
    const { heap, host, malloc, collect, perform } = setUp();
    const live = [5, 6, 7].map((npages) => malloc(0, npages * PAGE_SIZE));
    collect(...live);
    const answers: unknown[] = [];
    host.atClaim = () => {
      for (let i = 0; i < 3; i++) answers.push(perform({ op: 'sweepone', p: 1 }));
    };
    assert.equal(perform({ op: 'sweepone', p: 0 }), 0);
    assert.deepEqual(answers, [0, 0, -1]);
    assert.deepEqual([heap.statistics().sweepdone, heap.statistics().pagesSwept], [1, 18]);
  });

  it('counts on its own cache, and what names none on the first one that is left', () => {
    const { heap, host, malloc, collect, perform } = setUp();
    const [a, b] = [malloc(0, 40000), malloc(0, 50000)];
    collect();
    perform({ op: 'flush', p: 0 });
    host.atClaim = () => {
      perform({ op: 'query', addr: a });
      perform({ op: 'sweepone', p: 1 });
    };
    perform({ op: 'sweepone', p: 0 });
    assert.ok(b > a);
    assert.deepEqual(
      heap.state().mcache.map((cache) => cache?.counters),
      [
        { nlookup: 1, largefree: 7 * PAGE_SIZE, nlargefree: 1 },
        { largefree: 5 * PAGE_SIZE, nlargefree: 1 },
      ],
    );
  });

  it('may remove the cache that an operation works on without naming it', () => {
    const { heap, host, malloc, collect, perform } = setUp();
    malloc(0, 40000);
    collect();
    host.atClaim = () => perform({ op: 'removeProc', p: 0 });
    perform({ op: 'alloc', npages: 1, sizeclass: 0, large: false, needzero: false });
    assert.deepEqual(
      heap.state().mcache.map((cache) => cache?.counters),
      [undefined, { largefree: 5 * PAGE_SIZE, nlargefree: 1 }],
    );
  });

  const refused: [name: string, operation: Operation][] = [
    ['an allocation from the same cache', { op: 'malloc', p: 0, size: 8, needzero: false, scan: 0 }],
    ['a flush of the same cache', { op: 'flush', p: 0 }],
    ['the removal of the same cache', { op: 'removeProc', p: 0 }],
    ['a cycle', { op: 'gcStart' }],
    ['the end of a cycle', { op: 'gcEnd', heapDistance: 0 }],
    ['a mark', { op: 'mark', addr: 0 }],
    ['a finalizer on what is being swept', { op: 'addFinalizer', p: 1, addr: 0, id: 1 }],
    ['no finalizer on what is being swept', { op: 'removeFinalizer', p: 1, addr: 0 }],
    ['a profile of what is being swept', { op: 'setProfile', p: 1, addr: 0, id: 1 }],
  ];

  it.each(refused)('can not be %s; nothing changes then', (_, operation) => {
    const { heap, host, claims, malloc, collect, perform } = setUp();
    malloc(0, 1000);
    collect();
    host.atClaim = () => {
      const before = [heap.state(), heap.statistics()];
      assert.throws(() => perform(operation), RangeError);
      assert.deepEqual([heap.state(), heap.statistics()], before);
    };
    assert.equal(perform({ op: 'sweepone', p: 0 }), 1);
    assert.deepEqual(claims, [0]);
    perform({ op: 'flush', p: 0 });
  });

  it('that ends in a fatal error ends the outer one in it too', () => {
    const { host, heap, malloc, collect, perform } = setUp();
    malloc(0, 40000);
    collect();
    host.atClaim = () => perform({ op: 'removeFinalizer', p: 1, addr: -1 });
    const death = { name: FatalError.name, message: FATAL.removeSpecial };
    assert.throws(() => malloc(0, 8), death);
    assert.throws(() => perform({ op: 'query' }), death);
    assert.equal(heap.state().spans[0]?.state, 'inuse');
  });

  it('that is refused leaves the outer one alone', () => {
    const { host, malloc, collect, perform } = setUp();
    malloc(0, 40000);
    collect();
    host.atClaim = () => assert.throws(() => perform({ op: 'freeStack', base: 5 }), RangeError);
    assert.equal(malloc(0, 40000), 0);
  });
});
