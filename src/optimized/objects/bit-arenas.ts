import { GC_BITS_CHUNK_BYTES, GC_BITS_HEADER_BYTES } from '../../spec/index.js';

/** Bytes of an arena that can hold bits. */
const ARENA_BYTES = GC_BITS_CHUNK_BYTES - GC_BITS_HEADER_BYTES;

/** Bytes that are filled in each arena that the runtime took from one cycle's start to the next, the oldest first. */
export type Fills = readonly number[];

/**
 * How the arenas are filled from which the runtime cuts mark and allocation bits (`gcBitsArenas`, `mheap.go:1335`). It
 * never gives bits back one by one: whatever was handed out in one epoch goes back at once when the epoch after the next
 * begins, for by then every span has been swept twice and has newer bits.
 *
 * Here that is counted only: the bits stand in a {@link BitPool}.
 */
export class BitArenas {
  /** Arenas kept for reuse. */
  free = 0;
  /** Those of the cycle in which marks were set last, and those of the cycle before. */
  current: Fills = [];
  previous: Fills = [];

  /** Those of which bits are being handed out, but for the newest one. */
  private full: number[] = [];
  /** Bytes filled in the newest arena; where there is none, as if it were full. */
  private filled = ARENA_BYTES;
  private isOpen = false;

  /** Those of which bits are being handed out. */
  get next(): Fills {
    return this.isOpen ? [...this.full, this.filled] : [];
  }

  /** Counts that bits of so many bytes are handed out (`mheap.go:1345`). */
  fill(bytes: number): void {
    this.filled += bytes;
    if (this.filled > ARENA_BYTES) this.open(bytes);
  }

  /** The bits that marks were set in become allocation bits, and the oldest ones go back (`mheap.go:1390`). */
  nextEpoch(): void {
    this.free += this.previous.length;
    this.previous = this.current;
    this.current = this.next;
    this.full = [];
    this.filled = ARENA_BYTES;
    this.isOpen = false;
  }

  /** The newest arena has no room for so many bytes more (`mheap.go:1349`). */
  private open(bytes: number): void {
    if (this.isOpen) this.full.push(this.filled - bytes);
    if (this.free > 0) this.free -= 1;
    this.filled = bytes;
    this.isOpen = true;
  }
}
