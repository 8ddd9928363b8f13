import assert from 'node:assert/strict';
import { RecordingHost, performObserved } from '../lockstep/index.js';
import { Chance } from '../programs/chance.js';
import { referenceHeap } from '../reference/index.js';
import { PAGE_SIZE, heapConfig } from '../spec/index.js';
import type { Heap, HeapConfig, Operation, Statistics } from '../spec/index.js';
import { OptimizedHeap, optimizedHeap } from './index.js';
import { LAYOUT } from './pages/layout.js';

const at = (page: number): number => page * PAGE_SIZE;

/** A heap span at page 0, a stack span at 1, heap spans at 2 and 4, of which that at 4 was cut out of a freed one. */
function setUp(): OptimizedHeap {
  const heap = new OptimizedHeap(heapConfig({ arenaPages: 128 }), new RecordingHost());
  heap.alloc(1, 0, true, false);
  heap.allocStack(1);
  heap.alloc(2, 0, true, false);
  for (const npages of [2, 3, 1]) heap.alloc(npages, 0, true, false);
  heap.free(at(6), 1, true);
  heap.free(at(4), 1, true);
  heap.alloc(4, 0, true, false);
  return heap;
}

const flags = { large: false, needzero: false };
const plain = { needzero: false, scan: 0 };

const REFUSED: [name: string, operation: unknown, error: new () => Error][] = [
  ['no pages', { op: 'allocStack', npages: 0 }, RangeError],
  ['less than no pages', { op: 'allocStack', npages: -1 }, RangeError],
  ['a fraction of a page', { op: 'allocStack', npages: 2.5 }, RangeError],
  ['an absurd number of pages', { op: 'allocStack', npages: 2 ** 39 + 1 }, RangeError],
  ['pages that are one in 32 bits', { op: 'allocStack', npages: 2 ** 53 }, RangeError],
  ['endless pages', { op: 'alloc', npages: Infinity, sizeclass: 0, ...flags }, RangeError],
  ['no number of pages', { op: 'allocStack', npages: NaN }, RangeError],
  ['pages as text', { op: 'allocStack', npages: '5' }, TypeError],
  ['pages as a bigint', { op: 'allocStack', npages: 5n }, TypeError],
  ['no word on pages', { op: 'allocStack' }, TypeError],
  ['an unknown size class', { op: 'alloc', npages: 1, sizeclass: 67, ...flags }, RangeError],
  ['a size class below 0', { op: 'alloc', npages: 1, sizeclass: -1, ...flags }, RangeError],
  ['a size class that is 0 in 32 bits', { op: 'alloc', npages: 1, sizeclass: 2 ** 32, ...flags }, RangeError],
  ['a missing flag', { op: 'alloc', npages: 1, sizeclass: 0, large: false }, TypeError],
  ['a number for a flag', { op: 'alloc', npages: 1, sizeclass: 0, large: 1, needzero: false }, TypeError],
  ['an address inside a page', { op: 'free', base: 1, acct: 0, needzero: false }, RangeError],
  ['a page inside a span', { op: 'free', base: at(3), acct: 0, needzero: false }, RangeError],
  ['a page whose span was merged away', { op: 'free', base: at(6), acct: 0, needzero: false }, RangeError],
  ['the page behind the arena', { op: 'free', base: at(128), acct: 0, needzero: false }, RangeError],
  ['a page in front of the arena', { op: 'freeStack', base: -at(1) }, RangeError],
  ['a base that is right in 32 bits', { op: 'free', base: 2 ** 32, acct: 0, needzero: false }, RangeError],
  ['the page of dead records', { op: 'free', base: at(LAYOUT.NO_PAGE), acct: 0, needzero: true }, RangeError],
  ['the same for a stack', { op: 'freeStack', base: at(LAYOUT.NO_PAGE) }, RangeError],
  ['a base as text', { op: 'free', base: '0', acct: 0, needzero: false }, TypeError],
  ['a base in an array', { op: 'freeStack', base: [at(1)] }, TypeError],
  ['no base', { op: 'freeStack' }, TypeError],
  ['an account of 2', { op: 'free', base: 0, acct: 2, needzero: false }, RangeError],
  ['an account that is true', { op: 'free', base: 0, acct: true, needzero: false }, TypeError],
  ['a stack freed as a heap span', { op: 'free', base: at(1), acct: 0, needzero: true }, RangeError],
  ['a heap span freed as a stack', { op: 'freeStack', base: 0 }, RangeError],
  ['a clock that goes back', { op: 'tick', ns: -1 }, RangeError],
  ['a clock past what is exact', { op: 'tick', ns: Number.MAX_SAFE_INTEGER }, RangeError],
  ['a limit below 0', { op: 'scavenge', limit: -1 }, RangeError],
  ['no limit', { op: 'scavenge' }, TypeError],
  ['a fraction of an address', { op: 'query', addr: 0.5 }, RangeError],
  ['null as an address', { op: 'query', addr: null }, TypeError],
  ['a cache that is not there', { op: 'setProfile', p: 1, addr: 0, id: 1 }, RangeError],
  ['an identity below 0', { op: 'addFinalizer', p: 0, addr: 0, id: -1 }, RangeError],
  ['no address of an object', { op: 'removeFinalizer', p: 0 }, TypeError],
  ['an object of no bytes', { op: 'malloc', p: 0, size: 0, ...plain }, RangeError],
  ['an object of half a byte', { op: 'malloc', p: 0, size: 0.5, ...plain }, RangeError],
  ['an object of absurd size', { op: 'malloc', p: 0, size: 2 ** 52 + 1, ...plain }, RangeError],
  ['a size that is 8 in 32 bits', { op: 'malloc', p: 0, size: -(2 ** 32) + 8, ...plain }, RangeError],
  ['a size as text', { op: 'malloc', p: 0, size: '8', ...plain }, TypeError],
  ['no size', { op: 'malloc', p: 0, ...plain }, TypeError],
  ['more pointers than bytes', { op: 'malloc', p: 0, size: 8, needzero: false, scan: 9 }, RangeError],
  ['less than no pointers', { op: 'malloc', p: 0, size: 8, needzero: false, scan: -8 }, RangeError],
  ['no word on pointers', { op: 'malloc', p: 0, size: 8, needzero: false }, TypeError],
  ['a number for needzero', { op: 'malloc', p: 0, size: 8, needzero: 0, scan: 0 }, TypeError],
  ['no cache to allocate from', { op: 'malloc', size: 8, ...plain }, TypeError],
  ['a cache that never was', { op: 'malloc', p: 1, size: 8, ...plain }, RangeError],
  ['a cache that is 0 in 32 bits', { op: 'malloc', p: 2 ** 32, size: 8, ...plain }, RangeError],
  ['a cache below 0', { op: 'flush', p: -1 }, RangeError],
  ['half a cache', { op: 'sweepone', p: 0.5 }, RangeError],
  ['the last cache', { op: 'removeProc', p: 0 }, RangeError],
  ['a mark while nothing is marked', { op: 'mark', addr: 0 }, RangeError],
  ['an end without a start', { op: 'gcEnd', heapDistance: 0 }, RangeError],
  ['a distance below 0', { op: 'gcEnd', heapDistance: -1 }, RangeError],
  ['no distance', { op: 'gcEnd' }, TypeError],
  ['an unknown operation', { op: 'compact' }, TypeError],
  ['the name of an operation alone', 'freeOSMemory', TypeError],
  ['no operation', undefined, TypeError],
];

describe('misuse', () => {
  it.each(REFUSED)('is refused and changes nothing: %s', (_, operation, error) => {
    const heap = setUp();
    const before = [heap.state(), heap.statistics()];
    assert.throws(() => heap.perform(operation as Operation), error);
    assert.deepEqual([heap.state(), heap.statistics()], before);
    assert.deepEqual(heap.audit(), []);
  });

  it('is refused by the methods for plain numbers, too', () => {
    const heap = setUp();
    const before = [heap.state(), heap.statistics()];
    const calls: (() => unknown)[] = [
      () => heap.alloc(0, 0, true, false),
      () => heap.alloc(2 ** 32 + 1, -1, true, false),
      () => heap.alloc(1, 67, true, false),
      () => heap.allocStack(1.5),
      () => heap.free(at(3), 1, true),
      () => heap.free(0, 2, true),
      () => heap.free(0, -1, true),
      () => heap.free(0, 2 ** 32, true),
      () => heap.free(at(1), 0, true),
      () => heap.free(at(LAYOUT.NO_PAGE), 1, true),
      () => heap.freeStack(0),
      () => heap.tick(-1),
      () => heap.scavenge(0.5),
      () => heap.query(2 ** 53),
      () => heap.addFinalizer(-1, 0, 1),
      () => heap.removeFinalizer(0, NaN),
      () => heap.setProfile(0, 0, 2 ** 53),
      () => heap.malloc(0, 0, false, 0),
      () => heap.malloc(0, 8.5, false, 0),
      () => heap.malloc(0, 2 ** 53, false, 0),
      () => heap.malloc(0, 8, false, 9),
      () => heap.malloc(0, 8, false, 0.5),
      () => heap.malloc(1, 8, false, 0),
      () => heap.malloc(-1, 8, false, 0),
      () => heap.malloc(NaN, 8, false, 0),
      () => heap.flush(1),
      () => heap.removeProc(0),
      () => heap.mark(0),
      () => heap.gcEnd(0),
      () => heap.gcEnd(0.5),
      () => heap.sweepone(2 ** 32),
    ];
    for (const call of calls) assert.throws(call, RangeError, call.toString());
    assert.deepEqual([heap.state(), heap.statistics()], before);
  });
});

describe('a cache that never was', () => {
  it('is refused whether or not one is at hand', () => {
    const heap = new OptimizedHeap(heapConfig({ procs: 2 }), new RecordingHost());
    const refused = (): void => {
      const before = [heap.state(), heap.statistics()];
      for (const p of [-1, 2, 3, 2 ** 32, 0.5, NaN]) {
        for (const size of [8, 64, 40_000]) {
          assert.throws(
            () => heap.malloc(p, size, false, 0),
            /^RangeError: p must be/,
            `${p}: ${size} bytes`,
          );
        }
      }
      assert.deepEqual([heap.state(), heap.statistics()], before);
    };
    refused();
    for (const p of [0, 1]) {
      heap.malloc(p, 64, false, 0);
      refused();
    }
    heap.gcStart();
    refused();
    heap.malloc(1, 64, false, 0);
    refused();
    heap.gcEnd(0);
    refused();
    heap.removeProc(1);
    refused();
    assert.throws(() => heap.malloc(1, 64, false, 0), /^RangeError: cache 1 was removed$/);
  });
});

describe('marks', () => {
  it('are refused before, between and after cycles, also of what is alive', () => {
    const heap = new OptimizedHeap(heapConfig(), new RecordingHost());
    const addr = heap.malloc(0, 64, false, 0);
    for (let cycle = 0; cycle < 3; cycle++) {
      assert.throws(() => heap.mark(addr), /^RangeError: mark: no cycle has begun$/);
      heap.gcStart();
      heap.mark(addr);
      heap.gcEnd(0);
    }
    assert.throws(() => heap.mark(addr), /^RangeError: mark: no cycle has begun$/);
    assert.deepEqual(heap.audit(), []);
  });

  it('reach objects on pages that are mapped while marking', () => {
    const heap = new OptimizedHeap(heapConfig(), new RecordingHost());
    const addr = heap.malloc(0, 64, false, 0);
    heap.gcStart();
    const mapped = heap.statistics().arenaUsed;
    let late = addr;
    while (late < mapped) late = heap.malloc(0, 8192, false, 0);
    const { bytesMarked } = heap;
    heap.mark(late);
    assert.equal(heap.bytesMarked, bytesMarked, 'it was marked when it was allocated');
    assert.throws(() => heap.mark(late + 2 * 8192), /^RangeError: mark: no live object at \d+$/);
  });

  it('are refused where no live object is, and change nothing', () => {
    const heap = new OptimizedHeap(heapConfig({ arenaPages: 256 }), new RecordingHost());
    // Three objects of 5376 bytes (class 45) fit into its span of two pages; the second one died.
    const [first, second, third] = Array.from({ length: 3 }, () => heap.malloc(0, 5376, false, 0));
    const large = heap.malloc(0, 40_000, false, 0);
    heap.gcStart();
    for (const addr of [first, third, large]) heap.mark(addr);
    heap.gcEnd(0);
    const bare = heap.alloc(2, 0, true, false);
    const stack = heap.allocStack(1);
    heap.gcStart();
    const before = [heap.state(), heap.statistics()];
    const dead = [
      second,
      third - 1,
      third + 5376,
      large + 40_000,
      large + 40_959,
      bare,
      stack,
      stack + at(1),
    ];
    for (const addr of [
      ...dead,
      -1,
      -(2 ** 40),
      2 ** 32 + first,
      2 ** 40,
      0.5,
      NaN,
      Infinity,
      at(LAYOUT.NO_PAGE),
    ]) {
      assert.throws(() => heap.mark(addr), RangeError, `${addr}`);
    }
    for (const addr of [undefined, null, '0', true, {}, [0], 0n]) {
      assert.throws(() => heap.mark(addr as number), TypeError, typeof addr);
    }
    assert.deepEqual([heap.state(), heap.statistics()], before);
    for (const addr of [first, first + 5375, third, large + 39_999]) heap.mark(addr);
    assert.equal(heap.bytesMarked, 2 * 5376 + at(5));
  });

  it('tell the one object that a cache has handed out from those 1 and 32 further on', () => {
    const heap = new OptimizedHeap(heapConfig({ arenaPages: 256 }), new RecordingHost());
    const first = heap.malloc(0, 8, false, 8);
    heap.gcStart();
    assert.throws(() => heap.mark(first + 32 * 8), RangeError);
    assert.throws(() => heap.mark(first + 8), RangeError);
    heap.mark(first);
    assert.equal(heap.bytesMarked, 8);
  });
});

const STRANGE: readonly unknown[] = [
  ...[undefined, null, true, false, '', '1', 'x', 1n, Symbol('s'), {}, [], [PAGE_SIZE], () => 1, new Date(0)],
  ...[NaN, Infinity, -Infinity, -0, 0, 1, -1, 0.5, 2, 66, 67, 128, 2 ** 31, 2 ** 32, 2 ** 32 + 1, 2 ** 39],
  ...[2 ** 39 + 1, 2 ** 52, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1e308, 5e-324, at(LAYOUT.NO_PAGE), -PAGE_SIZE],
  ...[PAGE_SIZE - 1, PAGE_SIZE + 1, at(2 ** 19), at(2 ** 26), at(2 ** 32)],
];

/** An operation as a user might write it, before anything is put out of order. */
function drawOperation(chance: Chance, config: HeapConfig): Record<string, unknown> {
  // Low pages are the most likely to begin a span.
  const base = at(chance.below(chance.pick([2, 8, config.arenaPages + 1])));
  const object = { addr: base + chance.below(3) * 8, id: chance.below(5), p: chance.below(config.procs) };
  const needzero = chance.happens(0.5);
  const large = chance.happens(0.5);
  const p = chance.below(config.procs + 1);
  const size = chance.magnitude(1, 40_000);
  return chance.pick<Record<string, unknown>>([
    { op: 'malloc', p, size, needzero, scan: chance.below(size + 1) },
    { op: 'malloc', p, size: chance.magnitude(1, 100), needzero, scan: 0 },
    { op: 'flush', p },
    { op: 'addProc' },
    { op: 'removeProc', p },
    { op: 'gcStart' },
    { op: 'mark', addr: object.addr },
    { op: 'gcEnd', heapDistance: chance.pick([0, 1, 100_000]) },
    { op: 'sweepone', p },
    { op: 'alloc', npages: chance.magnitude(1, 20), sizeclass: chance.below(67), large, needzero },
    { op: 'alloc', npages: chance.magnitude(1, 20), sizeclass: 0, large, needzero },
    { op: 'allocStack', npages: chance.magnitude(1, 20) },
    { op: 'free', base, acct: chance.below(2), needzero },
    { op: 'freeStack', base },
    { op: 'tick', ns: chance.below(100) },
    { op: 'scavenge', limit: chance.below(100) },
    { op: 'freeOSMemory' },
    { op: 'query', addr: object.addr },
    { op: 'query' },
    { op: 'addFinalizer', ...object },
    { op: 'removeFinalizer', addr: object.addr, p: object.p },
    { op: 'setProfile', ...object },
  ]);
}

/** Puts one to three arguments out of order, so that the order of the checks shows, or the whole operation. */
function deform(chance: Chance, operation: Record<string, unknown>): unknown {
  if (chance.happens(0.02)) return chance.pick(STRANGE);
  const deformed = { ...operation };
  for (let times = chance.between(1, 3); times > 0; times--) {
    const name = chance.pick(Object.keys(deformed).concat('op'));
    if (name === 'op' && !chance.happens(0.05)) continue;
    if (chance.happens(0.1)) Reflect.deleteProperty(deformed, name);
    else deformed[name] = chance.pick(STRANGE);
  }
  return deformed;
}

describe('both heaps', () => {
  const observe = (heap: Heap): [unknown, Statistics] => [heap.state(), heap.statistics()];

  it.each([1, 2, 3, 4])('refuse the same malformed operations alike (seed %d)', (seed) => {
    const chance = new Chance(seed, 10, 0);
    const seen = new Map<string, number>();
    for (let run = 0; run < 60; run++) {
      const config = heapConfig({ arenaPages: 48, heapAllocChunk: 65536, procs: 2 });
      const sides = [referenceHeap, optimizedHeap].map((factory) => {
        const host = new RecordingHost();
        return { heap: factory.create(config, host), host };
      });
      // A dead heap is asked a few times more.
      for (let steps = 60, step = 0; step < steps; step++) {
        const drawn = drawOperation(chance, config);
        const operation = (chance.happens(0.6) ? deform(chance, drawn) : drawn) as Operation;
        const before = observe(sides[1].heap);
        const [expected, actual] = sides.map(({ heap, host }) => {
          const outcome = performObserved(heap, host, operation);
          const { kind, message } = outcome.error ?? {};
          // The message of a refusal may differ.
          return { ...outcome, error: kind === 'FatalError' ? { kind, message } : { kind } };
        });
        assert.deepEqual(actual, expected);
        const [reference, optimized] = sides.map(({ heap }) => observe(heap));
        assert.deepEqual(optimized, reference);
        const kind = actual.error.kind ?? 'none';
        if (kind === 'RangeError' || kind === 'TypeError') assert.deepEqual(optimized, before);
        if (kind === 'FatalError') steps = Math.min(steps, step + 5);
        seen.set(kind, (seen.get(kind) ?? 0) + 1);
      }
    }
    for (const kind of ['none', 'FatalError', 'RangeError', 'TypeError']) {
      assert.ok((seen.get(kind) ?? 0) > 50, `${kind}: ${seen.get(kind)}`);
    }
  });
});
