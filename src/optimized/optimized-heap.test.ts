import assert from 'node:assert/strict';
import { RecordingHost } from '../lockstep/index.js';
import { Chance } from '../programs/chance.js';
import { FATAL, PAGE_SIZE, heapConfig } from '../spec/index.js';
import type { Operation } from '../spec/index.js';
import { OptimizedHeap } from './index.js';

const at = (page: number): number => page * PAGE_SIZE;

/** A heap that a random history drives, one operation at a time. */
class Driven {
  readonly host = new RecordingHost();
  readonly heap: OptimizedHeap;
  private readonly chance: Chance;
  private readonly live: number[] = [];

  constructor(
    seed: number,
    private readonly longest: number,
  ) {
    this.chance = new Chance(seed, 11, 0);
    this.heap = new OptimizedHeap(heapConfig({ arenaPages: 4096 }), this.host);
  }

  step(): void {
    const { chance, heap, live } = this;
    if (chance.happens(0.4) && live.length > 0) {
      heap.free(live.splice(chance.below(live.length), 1)[0], 1, chance.happens(0.5));
    } else {
      const base = heap.alloc(chance.between(1, this.longest), 0, true, chance.happens(0.5));
      if (base >= 0) live.push(base);
      if (base >= 0 && chance.happens(0.1)) heap.addFinalizer(0, base, 1);
    }
    if (chance.happens(0.05)) heap.tick(10);
    if (chance.happens(0.02)) heap.scavenge(20);
  }

  observe(): unknown[] {
    return [this.heap.state(), this.heap.statistics(), this.host.sys, this.host.clears];
  }
}

describe('optimized heaps', () => {
  it('do not influence each other', () => {
    const alone = [new Driven(1, 10), new Driven(2, 300)];
    for (const driven of alone) for (let step = 0; step < 800; step++) driven.step();
    const expected = alone.map((driven) => driven.observe());
    const together = [new Driven(1, 10), new Driven(2, 300)];
    for (let step = 0; step < 800; step++) for (const driven of together) driven.step();
    assert.deepEqual(
      together.map((driven) => driven.observe()),
      expected,
    );
  });

  it('die alone', () => {
    const [dead, alive] = [new Driven(1, 10), new Driven(1, 10)];
    for (const { heap } of [dead, alive]) heap.alloc(1, 0, true, false);
    dead.heap.free(0, 1, false);
    assert.throws(() => dead.heap.free(0, 1, false), { message: FATAL.freeInvalidState });
    alive.heap.free(0, 1, false);
    assert.equal(alive.heap.alloc(1, 0, true, false), 0);
  });

  it('stay dead, whatever is asked of them, and can still be looked at', () => {
    const { heap } = new Driven(1, 10);
    heap.allocStack(2);
    heap.freeStack(0);
    const death = { name: 'FatalError', message: FATAL.freeInvalidState };
    assert.throws(() => heap.freeStack(0), death);
    const before = [heap.state(), heap.statistics()];
    assert.equal(heap.statistics().stacks_inuse, -at(128));
    const calls: (() => unknown)[] = [
      () => heap.alloc(1, 0, true, false),
      () => heap.allocStack(1),
      () => heap.free(0, 0, false),
      () => heap.freeStack(0),
      () => heap.tick(1),
      () => heap.scavenge(0),
      () => heap.freeOSMemory(),
      () => heap.query(),
      () => heap.addFinalizer(0, 0, 0),
      () => heap.removeFinalizer(0, 0),
      () => heap.setProfile(0, 0, 0),
      () => heap.malloc(0, 8, false, 0),
      () => heap.malloc(0, 8, true, 8),
      () => heap.malloc(0, 100_000, false, 0),
      () => heap.malloc(7, 0, false, 0),
      () => heap.flush(0),
      () => heap.addProc(),
      () => heap.removeProc(0),
      () => heap.gcStart(),
      () => heap.mark(0),
      () => heap.gcEnd(0),
      () => heap.sweepone(0),
      ...[{ op: 'alloc' }, { op: 'free' }, { op: 'query' }, { op: 'compact' }, {}, undefined, null].map(
        (operation) => () => heap.perform(operation as Operation),
      ),
    ];
    for (const call of calls) assert.throws(call, death, call.toString());
    assert.deepEqual([heap.state(), heap.statistics()], before);
  });

  it('mark nothing and allocate nothing once they died while marking', () => {
    const { heap } = new Driven(1, 10);
    const addr = heap.malloc(0, 64, false, 0);
    heap.gcStart();
    heap.allocStack(1);
    heap.freeStack(at(1));
    const death = { name: 'FatalError', message: FATAL.freeInvalidState };
    assert.throws(() => heap.freeStack(at(1)), death);
    const before = heap.state();
    assert.throws(() => heap.mark(addr), death);
    assert.throws(() => heap.malloc(0, 64, false, 0), death);
    assert.deepEqual(heap.state(), before);
  });

  it('have records for a growth and a cut in one allocation, however many there were', () => {
    for (let spans = 1; spans <= 128; spans++) {
      const heap = new OptimizedHeap(heapConfig({ arenaPages: 256 }), new RecordingHost());
      for (let i = 1; i < spans; i++) heap.allocStack(1);
      heap.allocStack(129 - spans);
      assert.deepEqual([heap.alloc(1, 0, true, false), heap.audit()], [at(128), []]);
      assert.equal(heap.statistics().spansInUse, spans + 2);
    }
  });

  it('grow to a million spans on 2^22 pages, and empty again to one', () => {
    const pages = 2 ** 22;
    const spans = 10 ** 6;
    const heap = new OptimizedHeap(heapConfig({ arenaPages: pages }), new RecordingHost());
    heap.free(heap.alloc(pages, 0, true, false), 1, false);
    for (let i = 0; i < spans; i++) {
      const base = heap.alloc(1 + (i & 3), 0, true, false);
      if (base < 0) assert.fail(`no memory for span ${i}`);
    }
    const full = heap.statistics();
    assert.deepEqual(
      [full.heap_inuse, full.heap_sys, full.spansInUse, full.allspans, full.heap_objects],
      [at(spans * 2.5), at(pages), spans + 1, spans + 1, spans],
    );
    // Spans of 1, 2, 3 and 4 pages in turn, in address order; every second one first.
    const baseOf = (i: number): number => at((i >>> 2) * 10 + [0, 1, 3, 6][i & 3]);
    for (let i = 0; i < spans; i += 2) heap.free(baseOf(i), 1, false);
    assert.equal(heap.query(baseOf(spans - 1) + 1).spanOf, baseOf(spans - 1));
    assert.equal(heap.query(baseOf(spans - 2)).inheap, false);
    assert.equal(heap.statistics().spansInUse, spans + 1);
    for (let i = 1; i < spans; i += 2) heap.free(baseOf(i), 1, false);
    const empty = heap.statistics();
    assert.deepEqual(
      [empty.heap_inuse, empty.heap_idle, empty.spansInUse, empty.allspans, empty.heap_objects],
      [0, at(pages), 1, spans + 1, 0],
    );
    assert.deepEqual(heap.audit(), []);
  });
});
