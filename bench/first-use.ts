import { heapConfig, OptimizedHeap } from 'heapspec';
import { next, pick } from './harness.js';
import type { Workload } from './harness.js';
import { PlainHost } from './plain-host.js';

/** Operations from the making of a heap on that count as its first use. */
const FIRST_OPERATIONS = 1_000;

/** Two in three operations allocate 1 to 16 pages, the others free what was allocated, in random order. */
function use(heap: OptimizedHeap, bases: number[]): void {
  let state = 12_345;
  for (let i = 0; i < FIRST_OPERATIONS; i++) {
    state = next(state);
    if (bases.length > 0 && pick(state, 3) === 0) {
      state = next(state);
      const victim = pick(state, bases.length);
      const base = bases[victim];
      bases[victim] = bases[bases.length - 1];
      bases.pop();
      heap.free(base, 1, false);
    } else {
      state = next(state);
      bases.push(heap.alloc(1 + pick(state, 16), 0, true, false));
    }
  }
}

function newHeap(): OptimizedHeap {
  return new OptimizedHeap(heapConfig(), new PlainHost());
}

/** The same 1,000 operations again and again, each time on a heap that is made for them. */
export class FirstUse implements Workload {
  readonly name = 'new heap';

  run(operations: number): number {
    for (let done = 0; done < operations; done += FIRST_OPERATIONS) use(newHeap(), []);
    return operations;
  }
}

/** The same 1,000 operations on a heap that has done them before, and was emptied. */
export class WarmUse implements Workload {
  readonly name = 'warm heap';
  private heap = newHeap();
  private readonly bases: number[] = [];

  renew(): void {
    this.heap = newHeap();
  }

  run(operations: number): number {
    let done = 0;
    while (done < operations) {
      use(this.heap, this.bases);
      done += FIRST_OPERATIONS + this.bases.length;
      for (const base of this.bases) this.heap.free(base, 1, false);
      this.bases.length = 0;
    }
    return done;
  }
}
