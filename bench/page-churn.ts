import { heapConfig, OptimizedHeap } from 'heapspec';
import { next, pick } from './harness.js';
import type { Workload } from './harness.js';
import { PlainHost } from './plain-host.js';

/** Spans that are live at any moment. */
export const LIVE = 2_000;

/** Pages of a span are 1 to this many. */
export const MOST_PAGES = 16;

/**
 * Frees a span chosen at random by its address and allocates another one: 2,000 live spans of 1 to 16 pages. Each call
 * counts as an operation.
 */
export class PageChurn implements Workload {
  private heap = newHeap();
  private readonly live = new Float64Array(LIVE);
  private state = 12_345;

  /**
   * @param large - whether the spans are those of large objects, which are counted and stand in busy lists
   */
  constructor(
    readonly name: string,
    private readonly large: boolean,
  ) {
    this.renew();
  }

  /** Without collections the sweep stack of a heap grows with each allocation, so it is made anew now and then. */
  renew(): void {
    this.heap = newHeap();
    for (let i = 0; i < LIVE; i++) this.live[i] = this.alloc();
  }

  run(operations: number): number {
    const { heap, large, live } = this;
    const acct = large ? 1 : 0;
    let { state } = this;
    for (let i = 0; i < operations; i += 2) {
      state = next(state);
      const victim = pick(state, LIVE);
      heap.free(live[victim], acct, false);
      state = next(state);
      live[victim] = heap.alloc(1 + pick(state, MOST_PAGES), 0, large, false);
    }
    this.state = state;
    return operations;
  }

  private alloc(): number {
    this.state = next(this.state);
    return this.heap.alloc(1 + pick(this.state, MOST_PAGES), 0, this.large, false);
  }
}

function newHeap(): OptimizedHeap {
  return new OptimizedHeap(heapConfig({ arenaPages: 2 ** 20 }), new PlainHost());
}
