import { GC_BITS_CHUNK_BYTES, GC_BITS_HEADER_BYTES } from '../../spec/index.js';

/** Bytes of an arena that can hold bits. */
const ARENA_BYTES = GC_BITS_CHUNK_BYTES - GC_BITS_HEADER_BYTES;

/** Words of a chunk: more than any span needs. */
export const CHUNK_WORDS = 512;

/** Chunks for which there is room at first. */
const FIRST_CAPACITY = 1;

const NONE = -1;

/** The bits that were handed out from one cycle's start to the next. */
export class Epoch {
  /** Bytes that are filled in each arena that the runtime would have, the oldest first. */
  readonly fills: number[] = [];
  /** Chunks that hold the words, linked from the last one taken to the first; both are -1 where there are none. */
  newest = NONE;
  oldest = NONE;
}

/**
 * The words that mark and allocation bits are made of (`gcBitsArenas`, `mheap.go:1335`).
 *
 * Bits are never given back one by one: whatever was handed out in one epoch goes back at once when the epoch after the
 * next begins, for by then every span has been swept twice and has newer bits. The runtime cuts them from arenas of
 * 64 KiB; how those would be filled is counted here, but the words stand in chunks of 2 KiB, so that a small heap stays
 * small.
 */
export class BitPool {
  /** All chunks. The array is replaced when it grows, in {@link take} alone. */
  words = new Int32Array(FIRST_CAPACITY * CHUNK_WORDS);
  /** What is being handed out; where marks are set, or were last set; what is left of the cycle before. */
  next = new Epoch();
  current = new Epoch();
  previous = new Epoch();
  /** Arenas that the runtime would keep for reuse. */
  freeArenas = 0;

  /** The chunk behind each chunk of an epoch, or behind a free one; -1 at the end. */
  links = new Int32Array(FIRST_CAPACITY);
  /** Chunks ever made. */
  made = 0;
  /** The first free chunk, or -1. */
  free = NONE;
  /** Bytes filled in the newest arena; where there is none, as if it were full. */
  private filled = ARENA_BYTES;
  /** The next word of the newest chunk, and the end of that chunk. */
  private word = 0;
  private end = 0;

  /** Bytes of the pool, with the room that is left. */
  get bytes(): number {
    return this.words.byteLength + this.links.byteLength;
  }

  /** Hands out `count` cleared words (`mheap.go:1345`), a whole number of blocks of 64 bits, and returns the index of the first. */
  take(count: number): number {
    this.filled += count * 4;
    if (this.filled > ARENA_BYTES) this.nextArena(count * 4);
    let first = this.word;
    if (first + count > this.end) first = this.takeChunk();
    this.word = first + count;
    return first;
  }

  /** The bits that marks were set in become allocation bits, and the oldest ones go back (`mheap.go:1390`). */
  nextEpoch(): void {
    this.settle();
    const gone = this.previous;
    this.freeArenas += gone.fills.length;
    if (gone.newest !== NONE) {
      this.links[gone.oldest] = this.free;
      this.free = gone.newest;
    }
    this.previous = this.current;
    this.current = this.next;
    this.next = new Epoch();
    this.filled = ARENA_BYTES;
    this.word = this.end;
  }

  /** Bytes filled in each arena of an epoch, the oldest first. */
  fillsOf(epoch: Epoch): readonly number[] {
    if (epoch === this.next) this.settle();
    return epoch.fills;
  }

  /** Lets the fills of the next epoch say how far its newest arena is filled. */
  private settle(): void {
    const { fills } = this.next;
    if (fills.length > 0) fills[fills.length - 1] = this.filled;
  }

  /** The arena that is being filled has no room for so many bytes more (`mheap.go:1349`). */
  private nextArena(bytes: number): void {
    const { fills } = this.next;
    if (fills.length > 0) fills[fills.length - 1] = this.filled - bytes;
    if (this.freeArenas > 0) this.freeArenas -= 1;
    fills.push(bytes);
    this.filled = bytes;
  }

  /** Adds a cleared chunk to the epoch, a free one or, where there is none, a new one, and returns its first word. */
  private takeChunk(): number {
    let chunk = this.free;
    if (chunk !== NONE) {
      this.free = this.links[chunk];
      this.words.fill(0, chunk * CHUNK_WORDS, (chunk + 1) * CHUNK_WORDS);
    } else {
      if (this.made === this.links.length) this.extend();
      chunk = this.made;
      this.made += 1;
    }
    const { next } = this;
    if (next.oldest === NONE) next.oldest = chunk;
    this.links[chunk] = next.newest;
    next.newest = chunk;
    this.end = (chunk + 1) * CHUNK_WORDS;
    return chunk * CHUNK_WORDS;
  }

  private extend(): void {
    const words = new Int32Array(this.words.length * 2);
    const links = new Int32Array(this.links.length * 2);
    words.set(this.words);
    links.set(this.links);
    this.words = words;
    this.links = links;
  }
}
