// A name of its own: `Math.clz32` would make the functions below too long for the engine to inline them everywhere.
const { clz32 } = Math;

/**
 * Number of zero bits below the lowest one-bit of a 32-bit word: its index. The word must not be 0.
 */
export function ctz32(word: number): number {
  return 31 - clz32(word & -word);
}

/** The least power of two that is at least `n`, for `n` from 1 to 2^30. */
export function powerOfTwoAtLeast(n: number): number {
  return n <= 1 ? 1 : 1 << (32 - clz32(n - 1));
}
