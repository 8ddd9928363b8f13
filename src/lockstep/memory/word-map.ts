/** Grains that one chunk covers. */
const CHUNK = 1024;

/**
 * A number from 0 to 2^32 - 1 for each of very many grains, 0 at first. Runs of a thousand equal ones take no room of
 * their own, so that marking a terabyte costs little.
 */
export class WordMap {
  /** Each chunk as its grains, or as the one number that all of them have. */
  private readonly chunks: (Uint32Array | number)[] = [];

  get(grain: number): number {
    const chunk = this.chunk(Math.floor(grain / CHUNK));
    return typeof chunk === 'number' ? chunk : chunk[grain % CHUNK];
  }

  /** Sets all grains from `from` up to, but not including, `to`. */
  fill(from: number, to: number, word: number): void {
    for (let grain = from; grain < to;) {
      const index = Math.floor(grain / CHUNK);
      const first = grain - index * CHUNK;
      const end = Math.min(CHUNK, to - index * CHUNK);
      if (end - first === CHUNK) this.set(index, word);
      else this.split(index).fill(word, first, end);
      grain = index * CHUNK + end;
    }
  }

  /** The first grain from `from` on, below `to`, that has another number; -1 where none has. */
  firstOther(from: number, to: number, word: number): number {
    for (let grain = from; grain < to;) {
      const index = Math.floor(grain / CHUNK);
      const end = Math.min((index + 1) * CHUNK, to);
      const chunk = this.chunk(index);
      if (typeof chunk === 'number') {
        if (chunk !== word) return grain;
      } else {
        for (let i = grain - index * CHUNK; i < end - index * CHUNK; i++) {
          if (chunk[i] !== word) return index * CHUNK + i;
        }
      }
      grain = end;
    }
    return -1;
  }

  private chunk(index: number): Uint32Array | number {
    return index < this.chunks.length ? this.chunks[index] : 0;
  }

  private set(index: number, chunk: Uint32Array | number): void {
    while (this.chunks.length < index) this.chunks.push(0);
    this.chunks[index] = chunk;
  }

  private split(index: number): Uint32Array {
    const chunk = this.chunk(index);
    if (typeof chunk !== 'number') return chunk;
    const grains = new Uint32Array(CHUNK);
    if (chunk !== 0) grains.fill(chunk);
    this.set(index, grains);
    return grains;
  }
}
