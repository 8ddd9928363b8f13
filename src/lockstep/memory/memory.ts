import { WordMap } from './word-map.js';

/** Bytes of a grain: the least physical page, so that what is released is whole grains. */
const GRAIN = 4096;

/** Stands in the map for a grain whose bytes are not one word over and over: they are kept one by one. */
const MIXED = 0xffffffff;

/**
 * The bytes of an arena, zero at first. A grain of 4096 bytes that is one 32-bit word over and over is kept as that
 * word; any other one is kept byte by byte. So an arena of many gigabytes costs nothing until it is used, and filling
 * or checking a span costs a few steps a page.
 */
export class Memory {
  private readonly uniform = new WordMap();
  private readonly mixed = new Map<number, Uint32Array>();

  /**
   * Fills a range of bytes with a word, whose bytes lie as if the arena had been filled with it from offset 0.
   *
   * @param word - From 0 to 2^32 - 2.
   */
  fill(offset: number, bytes: number, word: number): void {
    const end = offset + bytes;
    const first = Math.ceil(offset / GRAIN);
    const last = Math.floor(end / GRAIN);
    if (first > last) {
      this.fillInside(last, offset, end, word);
      return;
    }
    if (offset < first * GRAIN) this.fillInside(first - 1, offset, first * GRAIN, word);
    if (last * GRAIN < end) this.fillInside(last, last * GRAIN, end, word);
    this.forgetMixed(first, last);
    this.uniform.fill(first, last, word);
  }

  /** The first byte of a range that is not what {@link fill} with that word leaves there; -1 where there is none. */
  firstOther(offset: number, bytes: number, word: number): number {
    const end = offset + bytes;
    const last = Math.ceil(end / GRAIN);
    for (let grain = Math.floor(offset / GRAIN); grain < last; grain++) {
      grain = this.uniform.firstOther(grain, last, word);
      if (grain < 0) return -1;
      const from = Math.max(offset, grain * GRAIN);
      const other = this.firstOtherInside(grain, from, Math.min(end, (grain + 1) * GRAIN), word);
      if (other >= 0) return other;
    }
    return -1;
  }

  /** The byte at an offset. */
  at(offset: number): number {
    return bytesOf(this.grain(Math.floor(offset / GRAIN)))[offset % GRAIN];
  }

  private fillInside(grain: number, from: number, to: number, word: number): void {
    const words = this.grain(grain);
    this.mixed.set(grain, words);
    this.uniform.fill(grain, grain + 1, MIXED);
    const bytes = bytesOf(words);
    const pattern = bytesOf(Uint32Array.of(word));
    for (let offset = from; offset < to; offset++) bytes[offset - grain * GRAIN] = pattern[offset % 4];
  }

  private firstOtherInside(grain: number, from: number, to: number, word: number): number {
    const bytes = bytesOf(this.grain(grain));
    const pattern = bytesOf(Uint32Array.of(word));
    for (let offset = from; offset < to; offset++) {
      if (bytes[offset - grain * GRAIN] !== pattern[offset % 4]) return offset;
    }
    return -1;
  }

  /** The words of a grain: its own where it is mixed, else fresh ones. */
  private grain(grain: number): Uint32Array {
    return this.mixed.get(grain) ?? new Uint32Array(GRAIN / 4).fill(this.uniform.get(grain));
  }

  private forgetMixed(first: number, last: number): void {
    if (last - first < this.mixed.size) {
      for (let grain = first; grain < last; grain++) this.mixed.delete(grain);
    } else {
      for (const grain of this.mixed.keys()) if (grain >= first && grain < last) this.mixed.delete(grain);
    }
  }
}

function bytesOf(words: Uint32Array): Uint8Array {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}
