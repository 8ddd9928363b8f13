import type { Chance } from './chance.js';

/** Chooses among the numbers 0 to n - 1, each with its own weight. */
export class WeightedChoice {
  /** For each number the sum of the weights up to its own. */
  readonly #sums: number[] = [];

  /** `weights`: one for each number, 0 or more; at least one must be more. */
  constructor(weights: readonly number[]) {
    let sum = 0;
    for (const weight of weights) this.#sums.push((sum += weight));
  }

  /** One of the numbers; one of weight 0 is never drawn. */
  draw(chance: Chance): number {
    const sums = this.#sums;
    const last = sums.length - 1;
    const point = chance.real(sums[last]);
    let choice = 0;
    while (choice < last && point >= sums[choice]) choice++;
    return choice;
  }
}

/**
 * The weight for one run of a swarm: switched off in a quarter of the cases, else the usual weight divided by a power
 * of two up to 64. Runs that leave much out reach what runs that mix everything never do.
 */
export function swarmWeight(chance: Chance, usual: number): number {
  return chance.happens(1 / 4) ? 0 : usual / 2 ** chance.below(7);
}
