import { GC_BITS_CHUNK_BYTES, GC_BITS_HEADER_BYTES } from '../../spec/index.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';

/** The arenas that mark bits and allocation bits lie in (`mheap.go:1345` to `1432`). */
const ARENAS = shapes(
  'arenas',
  {
    made: 'An arena is made, as none is free.',
    recycled: 'An arena is used again whose bits nobody reads any more.',
    full: 'An arena has no room for the bits of one more span, in the midst of a cycle, and another one is begun.',
  },
  ['full'],
);

/** All shapes of arenas of bits. */
export const ARENA_SHAPES = ARENAS;

type ArenaShape = (typeof ARENAS)[number]['name'];

/** Follows how arenas are filled, from the spans that need bits. */
export class BitArenas {
  /** Bytes filled of the newest arena; null where the next bits need another one. */
  #fill: number | null = null;
  #next = 0;
  #current = 0;
  #previous = 0;
  #free = 0;

  /** Some bits for `nelems` objects are needed. */
  take(tally: Tally<ArenaShape>, nelems: number): void {
    const bytes = Math.ceil(nelems / 64) * 8;
    if (this.#fill === null || this.#fill + bytes > GC_BITS_CHUNK_BYTES - GC_BITS_HEADER_BYTES) {
      if (this.#fill !== null) tally.count('arenas/full');
      tally.count(this.#free > 0 ? 'arenas/recycled' : 'arenas/made');
      this.#free = Math.max(0, this.#free - 1);
      this.#next++;
      this.#fill = 0;
    }
    this.#fill += bytes;
  }

  /** A cycle begins (`mheap.go:1390`). */
  nextEpoch(): void {
    this.#free += this.#previous;
    this.#previous = this.#current;
    this.#current = this.#next;
    this.#next = 0;
    this.#fill = null;
  }
}
