const FIRST_WORDS = 32;

/**
 * A set of integers from 0 to 2^31 - 1 that finds its member nearest to a number in a few steps, however many it
 * has. Its storage is one bit for each integer up to the highest member.
 */
export class OrderedIntegers {
  /** Bit i of level 0 stands for the member i, bit i of each further level for a word of the one below that is not 0. */
  #levels: Int32Array[] = summarised(new Int32Array(FIRST_WORDS));

  /** Puts `member` in, where it is not in yet. */
  add(member: number): void {
    if (member >>> 5 >= this.#levels[0].length) this.#grow(member);
    let index = member;
    for (const level of this.#levels) {
      const before = level[index >>> 5];
      level[index >>> 5] = before | (1 << (index & 31));
      if (before !== 0) return;
      index >>>= 5;
    }
  }

  /** Takes `member` out, where it is in. */
  delete(member: number): void {
    if (member >>> 5 >= this.#levels[0].length) return;
    let index = member;
    for (const level of this.#levels) {
      const left = level[index >>> 5] & ~(1 << (index & 31));
      level[index >>> 5] = left;
      if (left !== 0) return;
      index >>>= 5;
    }
  }

  /** The greatest member that is not above `bound`, or -1. */
  atOrBelow(bound: number): number {
    let index = Math.min(bound, this.#levels[0].length * 32 - 1);
    for (let height = 0; index >= 0; height++) {
      const level = this.#levels.at(height);
      if (level === undefined) break;
      const word = level[index >>> 5] & (-1 >>> (31 - (index & 31)));
      if (word !== 0) return this.#descend(height, (index & ~31) + highestBit(word), highestBit);
      index = (index >>> 5) - 1;
    }
    return -1;
  }

  /** The least member that is not below `bound`, or -1. */
  atOrAbove(bound: number): number {
    let index = Math.max(bound, 0);
    for (const [height, level] of this.#levels.entries()) {
      if (index >>> 5 >= level.length) break;
      const word = level[index >>> 5] & (-1 << (index & 31));
      if (word !== 0) return this.#descend(height, (index & ~31) + lowestBit(word), lowestBit);
      index = (index >>> 5) + 1;
    }
    return -1;
  }

  /** The member below bit `index` of a level that `pick` leads to, word by word. */
  #descend(height: number, index: number, pick: (word: number) => number): number {
    let found = index;
    for (let below = height - 1; below >= 0; below--) {
      found = found * 32 + pick(this.#levels[below][found]);
    }
    return found;
  }

  #grow(member: number): void {
    let words = this.#levels[0].length;
    while (member >>> 5 >= words) words *= 2;
    const bits = new Int32Array(words);
    bits.set(this.#levels[0]);
    this.#levels = summarised(bits);
  }
}

/** `bits`, and above it the levels that say which of its words are not 0, up to a level of one word. */
function summarised(bits: Int32Array): Int32Array[] {
  const levels = [bits];
  for (let below = bits; below.length > 1;) {
    const level = new Int32Array(Math.ceil(below.length / 32));
    below.forEach((word, index) => {
      if (word !== 0) level[index >>> 5] |= 1 << (index & 31);
    });
    levels.push(level);
    below = level;
  }
  return levels;
}

function highestBit(word: number): number {
  return 31 - Math.clz32(word);
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
