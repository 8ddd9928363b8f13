import { heapConfig, OptimizedHeap } from 'heapspec';
import { next, pick } from './harness.js';
import type { Workload } from './harness.js';
import { PlainHost } from './plain-host.js';

function newHeap(): OptimizedHeap {
  return new OptimizedHeap(heapConfig({ arenaPages: 2 ** 20 }), new PlainHost());
}

/** Allocates objects of 64 bytes, and never collects any. */
export class MallocOnly implements Workload {
  readonly name = '64 bytes, no collection';
  private heap = newHeap();

  /** What was allocated stays, so the heap is made anew now and then. */
  renew(): void {
    this.heap = newHeap();
  }

  run(operations: number): number {
    const { heap } = this;
    for (let i = 0; i < operations; i++) heap.malloc(0, 64, false, 0);
    return operations;
  }
}

/** Different sizes that are asked for in turn. */
const SIZES = 4_096;

/** Largest size, in bytes. */
const MOST_BYTES = 1_024;

/** Live objects at which a cycle begins; one in four survives it. */
const FULL = 200_000;

/** Objects from one cycle to the next: times of as many operations have one cycle each. */
export const BETWEEN_CYCLES = (FULL / 4) * 3;

/** Objects that are allocated at a time: the engine would compile one long loop while it runs, and not as well. */
const PIECE = 5_000;

/**
 * Allocates objects of mixed sizes; at 200,000 live ones a cycle marks every fourth of them by its address, and all
 * others die. What is swept is part of the time: over as many bytes as are allocated until the next cycle.
 */
export class MallocAndCollect implements Workload {
  readonly name = 'mixed sizes, cycles that keep 1 in 4';
  private readonly heap = newHeap();
  private readonly sizes = new Int32Array(SIZES);
  /** Addresses of the live objects. An array of numbers is fastest where they are small. */
  private readonly live: number[] = [];
  private count = 0;
  private turn = 0;

  constructor() {
    let state = 12_345;
    for (let i = 0; i < FULL; i++) this.live.push(0);
    for (let i = 0; i < SIZES; i++) {
      state = next(state);
      this.sizes[i] = 1 + pick(state, MOST_BYTES);
    }
  }

  run(operations: number): number {
    for (let left = operations; left > 0;) {
      if (this.count === FULL) this.collect();
      const some = Math.min(left, FULL - this.count, PIECE);
      this.fill(this.count + some);
      left -= some;
    }
    return operations;
  }

  /** Allocates until `end` objects are live. */
  private fill(end: number): void {
    const { heap, live, sizes } = this;
    // In a bundle the constants of a file are variables, which the engine loads anew each time.
    const mask = sizes.length - 1;
    let { turn } = this;
    for (let i = this.count; i < end; i++) {
      const size = sizes[turn];
      turn = (turn + 1) & mask;
      live[i] = heap.malloc(0, size, false, size < 16 ? 0 : 8);
    }
    this.turn = turn;
    this.count = end;
  }

  private collect(): void {
    const { heap, live } = this;
    heap.gcStart();
    let kept = 0;
    for (let i = 0; i < FULL; i += 4) {
      heap.mark(live[i]);
      live[kept] = live[i];
      kept += 1;
    }
    this.count = kept;
    heap.gcEnd(3 * heap.bytesMarked);
  }
}
