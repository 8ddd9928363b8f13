import { GC_BITS_CHUNK_BYTES, GC_BITS_HEADER_BYTES } from '../../spec/index.js';
import type { MarkBitArenas, Mheap } from '../mheap.js';

/** Bytes of an arena that bits can be taken from (`mheap.go:1332`). */
const ARENA_BYTES = GC_BITS_CHUNK_BYTES - GC_BITS_HEADER_BYTES;

/**
 * Takes a cleared bit for each of `nelems` objects, in blocks of 64 bits, out of the newest arena of the next cycle, or
 * out of a new one where that has too little left (`mheap.go:1345`; `newAllocBits`, `mheap.go:1372`, is the same).
 */
export function newMarkBits(h: Mheap, nelems: number): boolean[] {
  const { next } = h.gcBitsArenas;
  const bytes = Math.ceil(nelems / 64) * 8;
  const [taken] = next;
  if (taken === undefined || taken + bytes > ARENA_BYTES) newArena(h.gcBitsArenas);
  next[0] += bytes;
  return Array<boolean>(nelems).fill(false);
}

/** Puts an arena in front of those of the next cycle: one that is free, or else a new one (`mheap.go:1411`). */
function newArena(arenas: MarkBitArenas): void {
  if (arenas.free > 0) arenas.free -= 1;
  arenas.next.unshift(0);
}

/** Hands the arenas on: those of the previous cycle become free, all others age by one cycle (`mheap.go:1390`). */
export function nextMarkBitArenaEpoch(h: Mheap): void {
  const arenas = h.gcBitsArenas;
  arenas.free += arenas.previous.length;
  arenas.previous = arenas.current;
  arenas.current = arenas.next;
  arenas.next = [];
}
