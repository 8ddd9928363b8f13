import { heapConfig, OptimizedHeap } from 'heapspec';
import { PlainHost } from './plain-host.js';

/** What a heap needs for itself, in bytes, as the engine counts it. */
export interface MemoryRow {
  readonly name: string;
  readonly pages: number;
  readonly spans: number;
  readonly bytes: number;
}

/**
 * Measures a new heap, one with many pages, and one with many spans, which both just fit into their tables; then heaps
 * with objects, after three cycles that all of them survive.
 */
export function memoryRows(): MemoryRow[] {
  return [
    rowOf('new', 1, () => undefined),
    rowOf('new, 64 caches', 1, () => undefined, 64),
    rowOf('one span', 2 ** 22 - 128, (heap, pages) => heap.allocStack(pages)),
    rowOf('spans of a page', 2 ** 20 - 128, (heap, pages) => {
      for (let i = 0; i < pages; i++) heap.allocStack(1);
    }),
    rowOf('1,000 objects', 2 ** 16, (heap) => allocateAndCollect(heap, 1_000, 64)),
    rowOf('a million objects', 2 ** 16, (heap) => allocateAndCollect(heap, 1_000_000, 64)),
  ];
}

/** Allocates `count` objects of `size` bytes, and runs three cycles. */
function allocateAndCollect(heap: OptimizedHeap, count: number, size: number): void {
  const addrs = Array.from({ length: count }, () => heap.malloc(0, size, false, 0));
  for (let cycle = 0; cycle < 3; cycle++) {
    heap.gcStart();
    for (const addr of addrs) heap.mark(addr);
    heap.gcEnd(0);
  }
}

/** A heap in whose arena of at most `pages` pages something was done. */
function rowOf(
  name: string,
  pages: number,
  use: (heap: OptimizedHeap, pages: number) => unknown,
  procs = 1,
): MemoryRow {
  const before = arrayBytes();
  const heap = new OptimizedHeap(heapConfig({ arenaPages: pages, procs }), new PlainHost());
  use(heap, pages);
  const bytes = arrayBytes() - before;
  const { arenaUsed, spansInUse } = heap.statistics();
  return { name, pages: arenaUsed / 8_192, spans: spansInUse, bytes };
}

/** Bytes of all typed arrays that are alive. */
function arrayBytes(): number {
  // Run twice: what the first collection frees is given back in the course of the second.
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().arrayBuffers;
}
