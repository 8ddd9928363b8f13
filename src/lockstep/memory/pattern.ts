/** A word that no two numbers share and that is never 0: odd factors permute the numbers of 31 bits. */
export function patternOf(id: number): number {
  return Math.imul(id, 0x9e3779b1) & 0x7fffffff;
}
