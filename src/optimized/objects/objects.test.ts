import assert from 'node:assert/strict';
import { RecordingHost } from '../../lockstep/index.js';
import { Chance } from '../../programs/chance.js';
import { FATAL, PAGE_SIZE, heapConfig } from '../../spec/index.js';
import type { HeapConfig } from '../../spec/index.js';
import { HeapParts } from '../heap-parts.js';
import { OptimizedHeap } from '../index.js';
import { state } from '../state.js';
import { CACHE, MOST_RECENT } from './cache-layout.js';

function newHeap(settings: Partial<HeapConfig> = {}): { heap: OptimizedHeap; host: RecordingHost } {
  const host = new RecordingHost();
  return { heap: new OptimizedHeap(heapConfig(settings), host), host };
}

describe('looking at the state', () => {
  it('changes nothing: what a cache has handed out stays unwritten until the heap itself needs it', () => {
    const looked = new HeapParts(heapConfig(), new RecordingHost());
    const unseen = new HeapParts(heapConfig(), new RecordingHost());
    for (const size of [64, 8, 64, 3, 2000, 4, 64]) {
      const scan = size >= 64 ? size : 0;
      for (const { allocator } of [looked, unseen]) allocator.malloc(0, size, false, scan);
      assert.deepEqual(state(looked), state(looked));
    }
    assert.deepEqual(looked.pages.records.words, unseen.pages.records.words);
    assert.deepEqual(looked.caches.words, unseen.caches.words);
    assert.deepEqual(
      state(looked).spans.map((span) => span.state === 'inuse' && [span.allocCount, span.freeindex]),
      [[3, 3], [1, 1], [1, 1], false],
    );
  });
});

describe('bytes that can hold pointers', () => {
  it.each([[64], [4096]])('are counted beyond 32 bits (objects of %d bytes)', (size) => {
    const { allocator, caches, collector } = new HeapParts(heapConfig(), new RecordingHost());
    const cache = caches.get(0);
    const perSpan = PAGE_SIZE / size;
    const objects = Array.from({ length: 2 * perSpan }, () => allocator.malloc(0, size, false, 0));
    collector.start();
    for (const addr of [objects[0], objects[perSpan]]) collector.mark(addr);
    collector.end(0);
    allocator.malloc(0, size, false, 0);
    caches.words[cache + CACHE.RECENT_SCAN] = MOST_RECENT + 1;
    // The last of them needs the other span, which is there already: only the refill itself can add up what was counted.
    for (let i = 1; i < perSpan; i++) allocator.malloc(0, size, false, size);
    assert.equal(caches.words[cache + CACHE.RECENT_SCAN], size);
    assert.equal(caches.doubles[(cache + CACHE.SCAN) >>> 1], MOST_RECENT + 1 + (perSpan - 2) * size);
  });
});

describe('tiny objects', () => {
  it('are counted beyond 32 bits', () => {
    const { allocator, caches } = new HeapParts(heapConfig(), new RecordingHost());
    const cache = caches.get(0);
    allocator.malloc(0, 1, false, 0);
    caches.words[cache + CACHE.RECENT_TINY] = MOST_RECENT;
    allocator.malloc(0, 1, false, 0);
    assert.equal(caches.words[cache + CACHE.RECENT_TINY], 0);
    assert.equal(caches.doubles[(cache + CACHE.TINYALLOCS) >>> 1], MOST_RECENT + 1);
  });
});

describe('the cache that malloc used', () => {
  it('is at hand but while objects are being marked', () => {
    const { allocator, caches, collector } = new HeapParts(heapConfig({ procs: 2 }), new RecordingHost());
    const numbers: number[] = [];
    const use = (p: number): void => {
      allocator.malloc(p, 64, false, 0);
      numbers.push(caches.number);
    };
    for (const p of [0, 1, 1, 0]) use(p);
    collector.start();
    use(1);
    collector.end(0);
    use(1);
    assert.deepEqual(numbers, [0, 1, 1, 0, -1, 1]);
  });

  it('cannot be used by a host that is told of something meanwhile', () => {
    const { heap, host } = newHeap();
    const [first, , third] = Array.from({ length: 4 }, () => heap.malloc(0, 4096, false, 0));
    heap.addFinalizer(0, third, 1);
    heap.gcStart();
    heap.mark(first);
    heap.gcEnd(2 ** 30);
    heap.malloc(0, 4096, false, 0);
    let told = 0;
    host.claimListener = () => {
      told += 1;
      assert.deepEqual(heap.audit(), []);
    };
    host.queueFinalizer = () => {
      told += 1;
      assert.throws(
        () => heap.malloc(0, 4096, false, 0),
        /^RangeError: cache 0 is in the midst of an operation$/,
      );
      assert.deepEqual(heap.audit(), []);
    };
    heap.malloc(0, 4096, false, 0);
    assert.equal(told, 2);
    assert.deepEqual(heap.audit(), []);
  });
});

describe('objects beyond 2 GiB', () => {
  // A span of stacks puts what follows where addresses have more than 31, or more than 32 bits.
  it.each([2 ** 18 - 1, 2 ** 18, 2 ** 19 + 3, 2 ** 25])('stand behind %d pages as in front', (pages) => {
    const { heap } = newHeap({ arenaPages: 2 ** 26 });
    const { heap: small } = newHeap();
    heap.allocStack(pages);
    const rounded = Math.ceil((pages * PAGE_SIZE) / 2 ** 16) * 2 ** 16 - pages * PAGE_SIZE;
    if (rounded > 0) heap.allocStack(rounded / PAGE_SIZE);
    const shift = pages * PAGE_SIZE + rounded;
    const chance = new Chance(pages, 22, 0);
    let live: number[] = [];
    for (let step = 0; step < 4000; step++) {
      const size = chance.magnitude(1, 50_000);
      const [scan, needzero] = [chance.below(2) * size, chance.happens(0.2)];
      const addr = small.malloc(0, size, needzero, scan);
      assert.equal(heap.malloc(0, size, needzero, scan), addr + shift, `step ${step}`);
      live.push(addr);
      if (chance.happens(0.002)) {
        small.gcStart();
        heap.gcStart();
        live = live.filter(() => chance.happens(0.3));
        for (const object of live) {
          small.mark(object);
          heap.mark(object + shift);
        }
        assert.equal(heap.bytesMarked, small.bytesMarked);
        const distance = chance.pick([0, 2 ** 20]);
        small.gcEnd(distance);
        heap.gcEnd(distance);
      }
    }
    assert.deepEqual(heap.audit(), []);
    assert.equal(heap.heapLive, small.heapLive);
  });
});

/** A heap with two caches and one object, at `addr`, whose span is to be swept. */
function unswept(): { heap: OptimizedHeap; host: RecordingHost; addr: number } {
  const { heap, host } = newHeap({ procs: 2 });
  const addr = heap.malloc(0, 64, false, 0);
  heap.gcStart();
  heap.mark(addr);
  heap.gcEnd(2 ** 30);
  return { heap, host, addr };
}

/** What removing a finalizer from no object ends in. */
const death = { name: 'FatalError', message: FATAL.removeSpecial };

describe('operations inside of others', () => {
  it('may let every array grow, at any claim', () => {
    const { heap, host } = newHeap({ arenaPages: 2 ** 16 });
    const objects = Array.from({ length: 3000 }, (_, i) => heap.malloc(0, 8 + (i % 40) * 30, false, 0));
    for (let i = 0; i < 20; i++) objects.push(heap.malloc(0, 40_000 + i * 8192, false, 0));
    let claims = 0;
    host.claimListener = ({ span }) => {
      claims += 1;
      const before = heap.statistics();
      assert.ok(before.pagesSwept >= 0 && heap.state().spans.some(({ base }) => base === span));
      const p = heap.addProc();
      const kept: number[] = [];
      for (let i = 0; i < 60; i++) {
        heap.allocStack(1 + (i % 3));
        kept.push(heap.malloc(p, 16 + ((claims + i) % 60) * 32, true, 0));
      }
      for (const addr of kept) heap.addFinalizer(p, addr, 1);
    };
    heap.gcStart();
    objects.forEach((addr, i) => i % 3 === 0 && heap.mark(addr));
    heap.gcEnd(2 ** 20);
    // Each of these sweeps, and is interrupted: central lists, busy lists, the next one, a special's span.
    heap.malloc(0, 40, false, 0);
    heap.malloc(0, 60_000, false, 0);
    heap.alloc(3, 0, true, false);
    heap.sweepone(0);
    heap.addFinalizer(0, objects[0], 1);
    assert.ok(claims > 5, `${claims} claims`);
    host.claimListener = null;
    assert.deepEqual(heap.audit(), []);
    assert.throws(() => heap.gcEnd(0), RangeError);
  });

  it('cannot use the cache of the interrupted one, begin or end a cycle, or wait for the span', () => {
    const { heap, host, addr } = unswept();
    const refused: string[] = [];
    host.claimListener = () => {
      host.claimListener = null;
      const before = [heap.state(), heap.statistics()];
      const calls: (() => unknown)[] = [
        () => heap.malloc(0, 64, false, 0),
        () => heap.flush(0),
        () => heap.removeProc(0),
        () => heap.sweepone(0),
        () => heap.gcStart(),
        () => heap.gcEnd(0),
        () => heap.addFinalizer(1, addr, 1),
        () => heap.removeFinalizer(1, addr),
        () => heap.setProfile(1, addr, 1),
      ];
      for (const call of calls) {
        assert.throws(call, RangeError, call.toString());
        refused.push(call.toString());
      }
      assert.deepEqual([heap.state(), heap.statistics()], before);
    };
    assert.equal(heap.sweepone(0), 0);
    assert.equal(refused.length, 9);
    assert.deepEqual(heap.audit(), []);
  });

  it('end the interrupted one with their fatal error', () => {
    const { heap, host } = newHeap({ procs: 2 });
    heap.malloc(0, 64, false, 0);
    heap.gcStart();
    heap.gcEnd(2 ** 30);
    host.claimListener = () => heap.removeFinalizer(1, -8);
    assert.throws(() => heap.malloc(0, 64, false, 0), death);
    host.claimListener = null;
    assert.throws(() => heap.malloc(1, 64, false, 0), death);
    assert.equal(heap.state().spans[0].base, 0);
  });

  it('end the heap, even where the host keeps their fatal error to itself', () => {
    const { heap, host, addr } = unswept();
    host.claimListener = () => assert.throws(() => heap.removeFinalizer(1, -8), death);
    assert.throws(() => heap.gcStart(), death);
    assert.throws(() => heap.mark(addr), death);
  });

  it('end the heap for the interrupted one, too, where that goes on', () => {
    const { heap, host } = newHeap({ procs: 2 });
    for (let i = 0; i < 130; i++) heap.malloc(0, 64, false, 0);
    heap.gcStart();
    heap.gcEnd(2 ** 30);
    host.claimListener = () => {
      host.claimListener = null;
      assert.throws(() => heap.removeFinalizer(1, -8), death);
    };
    heap.malloc(0, 64, false, 0);
    assert.equal(heap.bytesMarked, 0);
    assert.throws(() => heap.malloc(0, 64, false, 0), death);
    assert.throws(() => heap.malloc(1, 64, false, 0), death);
  });
});

describe('a heap that was large', () => {
  it('sweeps no more spans in a cycle than are in use', () => {
    const { heap, host } = newHeap({ arenaPages: 2 ** 16 });
    for (let i = 0; i < 20_000; i++) heap.malloc(0, 8192, false, 0);
    const cycle = (): number => {
      host.reset();
      const addr = heap.malloc(0, 8192, false, 0);
      heap.gcStart();
      heap.mark(addr);
      heap.gcEnd(0);
      return host.claims.length;
    };
    assert.equal(cycle(), 20_001);
    assert.deepEqual([cycle(), cycle(), cycle()], [2, 2, 2]);
    assert.deepEqual(heap.audit(), []);
  });
});
