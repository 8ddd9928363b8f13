import { randomInt } from 'node:crypto';

/** Largest seed of a run. */
export const MOST_SEED = 2 ** 32 - 1;

/** The seed of runs under CI that name none: nothing there should fail by chance. */
export const CI_SEED = 1;

/** A seed for a run that names none. */
export function someSeed(ci: boolean): number {
  return ci ? CI_SEED : randomInt(MOST_SEED);
}
