/** The least multiple of `unit` that is not less than `n`. */
export function roundUp(n: number, unit: number): number {
  return Math.ceil(n / unit) * unit;
}

/** The greatest multiple of `unit` that is not greater than `n`. */
export function roundDown(n: number, unit: number): number {
  return Math.floor(n / unit) * unit;
}
