import type { Random } from 'fast-check';

const WORD = 2 ** 32;

/**
 * The source of chance of the generators: sfc32, a small fast counting generator, seeded from fast-check's.
 *
 * fast-check's own generator costs more for one number than a whole command may. Only integer arithmetic and the
 * exact operations on doubles are used, so that a seed gives the same program on every machine.
 */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  constructor(a: number, b: number, c: number) {
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    // Nearby seeds give unrelated numbers only after a few rounds.
    for (let round = 0; round < 12; round++) this.word();
  }

  /** Takes 96 bits from fast-check's generator as the seed. */
  static from(random: Random): Chance {
    const word = (): number => random.nextInt(-(2 ** 31), 2 ** 31 - 1);
    return new Chance(word(), word(), word());
  }

  /** Any integer from 0 to 2^32 - 1. */
  word(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Any number from 0 to below `bound`, of 32 random bits. */
  real(bound = 1): number {
    return (this.word() / WORD) * bound;
  }

  /** Any integer from 0 to `bound - 1`; `bound` is an integer from 1 to 2^53. */
  below(bound: number): number {
    if (bound <= WORD) return Math.floor((this.word() * bound) / WORD);
    const fraction = ((this.word() >>> 5) * 2 ** 26 + (this.word() >>> 6)) / 2 ** 53;
    // The product may be rounded up to the bound itself.
    return Math.min(Math.floor(fraction * bound), bound - 1);
  }

  /** Any integer from `least` to `most`. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /**
   * An integer from `least` (at least 1) to `most`, every order of magnitude (in binary) as likely as the next: 1 to
   * 10,000 gives a number below 100 in half of the cases.
   */
  magnitude(least: number, most: number): number {
    if (least >= most) return least;
    const power = 2 ** this.between(exponentOf(least), exponentOf(most));
    return this.between(Math.max(least, power), Math.min(most, power * 2 - 1));
  }

  /** True in `share` (0 to 1) of the cases. */
  happens(share: number): boolean {
    return this.word() < share * WORD;
  }

  /** One of `choices`, which must not be empty. */
  pick<T>(choices: ArrayLike<T>): T {
    return choices[this.below(choices.length)];
  }
}

/** The power of two at or below `value` (1 to 2^53), as its exponent; exact, which `Math.log2` is not. */
function exponentOf(value: number): number {
  return value < WORD ? 31 - Math.clz32(value) : 63 - Math.clz32(Math.floor(value / WORD));
}
