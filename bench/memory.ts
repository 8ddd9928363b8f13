import { heapConfig, OptimizedHeap } from 'heapspec';
import { PlainHost } from './plain-host.js';

/** What a heap needs for itself, in bytes, as the engine counts it. */
export interface MemoryRow {
  readonly name: string;
  readonly pages: number;
  readonly spans: number;
  readonly bytes: number;
}

/** Measures a new heap, one with many pages, and one with many spans; both just fit into their tables. */
export function memoryRows(): MemoryRow[] {
  return [
    rowOf('new', 0, 0),
    rowOf('one span', 1, 2 ** 22 - 128),
    rowOf('spans of a page', 2 ** 20 - 128, 1),
  ];
}

/** A heap whose arena is filled by `spans` spans of `npages`. */
function rowOf(name: string, spans: number, npages: number): MemoryRow {
  const pages = spans * npages;
  const before = arrayBytes();
  const heap = new OptimizedHeap(heapConfig({ arenaPages: Math.max(pages, 1) }), new PlainHost());
  for (let i = 0; i < spans; i++) heap.allocStack(npages);
  const bytes = arrayBytes() - before;
  return { name, pages, spans: heap.statistics().spansInUse, bytes };
}

/** Bytes of all typed arrays that are alive. */
function arrayBytes(): number {
  // Run twice: what the first collection frees is given back in the course of the second.
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().arrayBuffers;
}
