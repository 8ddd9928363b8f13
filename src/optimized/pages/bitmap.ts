import { ctz32, isZero } from './bits.js';

/**
 * A set of integers below a capacity that grows, which finds the least member from a number on in a few steps.
 *
 * Three levels of words: a bit of `leaves` is a member; a bit of `middle` says that a word of `leaves` is not 0; a bit
 * of `top` that a word of `middle` is not 0. The top is searched word by word: each stands for 32,768 integers.
 */
export class Bitmap {
  leaves: Int32Array;
  middle: Int32Array;
  top: Int32Array;

  /** @param capacity - one more than the largest member, rounded up to a multiple of 32 */
  constructor(capacity: number) {
    this.leaves = new Int32Array((capacity + 31) >>> 5);
    this.middle = new Int32Array((this.leaves.length + 31) >>> 5);
    this.top = new Int32Array((this.middle.length + 31) >>> 5);
  }

  /** Members are less than this. */
  get capacity(): number {
    return this.leaves.length * 32;
  }

  /** Makes room for members below `capacity`. */
  extend(capacity: number): void {
    const grown = new Bitmap(capacity);
    grown.leaves.set(this.leaves);
    grown.middle.set(this.middle);
    grown.top.set(this.top);
    ({ leaves: this.leaves, middle: this.middle, top: this.top } = grown);
  }

  has(member: number): boolean {
    return ((this.leaves[member >>> 5] >>> member) & 1) === 1;
  }

  add(member: number): void {
    const leaf = member >>> 5;
    const word = this.leaves[leaf];
    this.leaves[leaf] = word | (1 << member);
    if (word === 0) this.raise(leaf);
  }

  /**
   * Keeps a member if `condition` is not 0, and deletes it otherwise: without a branch, which the processor would often
   * guess wrong.
   */
  keepIf(member: number, condition: number): void {
    const leaf = member >>> 5;
    const word = this.leaves[leaf] & ~(isZero(condition) << member);
    this.leaves[leaf] = word;
    if (word === 0) this.lower(leaf);
  }

  delete(member: number): void {
    const leaf = member >>> 5;
    const word = this.leaves[leaf] & ~(1 << member);
    this.leaves[leaf] = word;
    if (word === 0) this.lower(leaf);
  }

  /** The least member that is at least `from`, which must be below the capacity; -1 where there is none. */
  next(from: number): number {
    const leaf = from >>> 5;
    const word = this.leaves[leaf] & (-1 << from);
    if (word !== 0) return (leaf << 5) + ctz32(word);
    return this.firstBehind(leaf);
  }

  /** The least member in the words of `leaves` behind `leaf`, or -1. */
  private firstBehind(leaf: number): number {
    const { leaves, middle, top } = this;
    let index = leaf >>> 5;
    // -2 << 31 is 0, as it should be: behind the last bit of a word there is none.
    let word = middle[index] & (-2 << leaf);
    if (word === 0) {
      let above = index >>> 5;
      word = top[above] & (-2 << index);
      while (word === 0) {
        above += 1;
        if (above === top.length) return -1;
        word = top[above];
      }
      index = (above << 5) + ctz32(word);
      word = middle[index];
    }
    const found = (index << 5) + ctz32(word);
    return (found << 5) + ctz32(leaves[found]);
  }

  /** A word of `leaves` is no longer 0. */
  private raise(leaf: number): void {
    this.middle[leaf >>> 5] |= 1 << leaf;
    this.top[leaf >>> 10] |= 1 << (leaf >>> 5);
  }

  /** A word of `leaves` became 0. */
  private lower(leaf: number): void {
    const index = leaf >>> 5;
    const word = this.middle[index] & ~(1 << leaf);
    this.middle[index] = word;
    if (word === 0) this.top[index >>> 5] &= ~(1 << index);
  }
}
