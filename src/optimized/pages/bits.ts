// Under a name of its own: `Math.clz32` would make the functions below too long to be inlined everywhere.
const { clz32 } = Math;

/** Number of zero bits below the lowest one-bit of a 32-bit word, which must not be 0. */
export function ctz32(word: number): number {
  return clz32(word & -word) ^ 31;
}

/** 1 where a 32-bit word is 0, otherwise 0. */
export function isZero(word: number): number {
  return clz32(word) >>> 5;
}

/** Number of one-bits of a 32-bit word. */
export function popcount(word: number): number {
  // The counts of pairs of bits, then of groups of four, then of bytes, whose sum the multiplication gathers on top.
  const pairs = word - ((word >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
