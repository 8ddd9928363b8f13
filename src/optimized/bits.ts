// Under a name of its own: `Math.clz32` would make the functions below too long to be inlined everywhere.
const { clz32 } = Math;

/** Number of zero bits below the lowest one-bit of a 32-bit word, which must not be 0. */
export function ctz32(word: number): number {
  return 31 - clz32(word & -word);
}

/** 1 where a 32-bit word is 0, otherwise 0. */
export function isZero(word: number): number {
  return clz32(word) >>> 5;
}
