import { heapConfig, OptimizedHeap } from 'heapspec';
import type { HeapConfig } from 'heapspec';
import { next, pick } from './harness.js';
import type { Workload } from './harness.js';
import { PlainHost } from './plain-host.js';

const LEAST_PAGES = 128;
const LENGTHS = 256;

/** Spans that are live at any moment, besides those that keep the free ones apart. */
const LIVE = 32;

/**
 * Allocates and frees spans of 128 to 383 pages by best fit among `count` free ones, which live spans of one page keep
 * apart. Each call counts as an operation.
 */
export class LargeSpans implements Workload {
  readonly name: string;
  private readonly heap: OptimizedHeap;
  private readonly live = new Float64Array(LIVE);
  private state = 12_345;

  constructor(readonly count: number) {
    this.name = LargeSpans.nameFor(count);
    this.heap = new OptimizedHeap(configFor(count + LIVE), new PlainHost());
    const bases = new Float64Array(count + LIVE);
    for (let i = 0; i < bases.length; i++) {
      bases[i] = this.alloc();
      this.heap.allocStack(1);
    }
    // Which of them stay live is a matter of chance: the first ones of a shuffle.
    for (let i = 0; i < bases.length; i++) {
      this.state = next(this.state);
      const other = i + Math.floor(((this.state >>> 0) / 2 ** 32) * (bases.length - i));
      [bases[i], bases[other]] = [bases[other], bases[i]];
      if (i < LIVE) this.live[i] = bases[i];
      else this.heap.free(bases[i], 1, false);
    }
  }

  static nameFor(count: number): string {
    return `${count.toLocaleString('en')} free`;
  }

  run(operations: number): number {
    const { heap, live } = this;
    let { state } = this;
    for (let i = 0; i < operations; i += 2) {
      state = next(state);
      const victim = pick(state, LIVE);
      heap.free(live[victim], 1, false);
      state = next(state);
      live[victim] = heap.alloc(LEAST_PAGES + pick(state, LENGTHS), 0, true, false);
    }
    this.state = state;
    return operations;
  }

  private alloc(): number {
    this.state = next(this.state);
    return this.heap.alloc(LEAST_PAGES + pick(this.state, LENGTHS), 0, true, false);
  }
}

/** An arena for so many spans. A million of them need more pages than a configuration may name, so it is made by hand. */
function configFor(spans: number): HeapConfig {
  const arenaPages = 2 ** Math.ceil(Math.log2(spans * (LEAST_PAGES + LENGTHS / 2 + 1) * 1.1 + 2 ** 18));
  return { ...heapConfig({ heapAllocChunk: 2 ** 30 }), arenaPages };
}

/** Bytes of memory, about, that the bench needs for `count` free spans. */
export function bytesNeeded(count: number): number {
  return count * 2_500;
}
