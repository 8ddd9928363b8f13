import type { Chance } from '../programs/chance.js';

/** As many tries everything is taken to have behind it at first. */
const FIRST_TRIES = 2;

/** What it is taken to have gained in them for a unit of its costs. */
const FIRST_RATE = 1 / 5000;

/** After so many tries of all together they count half: what paid early may pay no longer. */
const MEMORY = 2000;

/** One of the choices: what it gained and what it cost, older tries counting less. */
interface Choice<Name> {
  readonly name: Name;
  /** What a try of it is expected to cost. */
  readonly expected: number;
  tries: number;
  gain: number;
  cost: number;
}

/** What {@link Yields} learned, as plain data. */
export interface YieldsState {
  readonly tries: number;
  readonly of: Readonly<Record<string, readonly [tries: number, gain: number, cost: number]>>;
}

/**
 * Learns which of some choices pay: so much is spent on each as it gained for its costs, compared with the others. A
 * choice whose tries cost more is made less often.
 */
export class Yields<Name extends string> {
  readonly #choices: readonly Choice<Name>[];
  readonly #regardless: number;
  #tries = 0;

  /**
   * @param costs - the choices, each with what a try is expected to cost.
   * @param regardless - the share of the costs that is spent on all choices alike, so that what gains nothing now is
   * tried again later: above 0, and at most 1.
   */
  constructor(costs: readonly (readonly [name: Name, expected: number])[], regardless: number) {
    this.#choices = costs.map(([name, expected]) => {
      const cost = FIRST_TRIES * expected;
      return { name, expected, tries: FIRST_TRIES, gain: FIRST_RATE * cost, cost };
    });
    this.#regardless = regardless;
  }

  /** Chooses one. */
  choose(chance: Chance): Name {
    const choices = this.#choices;
    const all = choices.reduce((sum, { gain, cost }) => sum + gain / cost, 0);
    const weights = choices.map(({ tries, gain, cost }) => {
      const alike = this.#regardless / choices.length;
      const paying = (1 - this.#regardless) * (gain / cost / all);
      return (alike + paying) / (cost / tries);
    });
    let left = chance.real(weights.reduce((sum, weight) => sum + weight, 0));
    const chosen = weights.findIndex((weight) => (left -= weight) < 0);
    return choices[Math.max(0, chosen)].name;
  }

  /** Notes what a try of a choice gained, and what it cost. */
  learn(name: Name, gain: number, cost: number): void {
    const choice = this.#choices.find((one) => one.name === name);
    if (choice === undefined) return;
    choice.tries++;
    choice.gain += gain;
    choice.cost += cost;
    this.#tries++;
    if (this.#tries >= MEMORY) this.#forget();
  }

  /** All tries, gains and costs, as plain data. */
  toJSON(): YieldsState {
    const of = this.#choices.map(
      ({ name, tries, gain, cost }) => [name, [tries, gain, cost] as const] as const,
    );
    return { tries: this.#tries, of: Object.fromEntries(of) };
  }

  /** Takes over what was learned by another one; what it does not know stays as it is. */
  take({ tries: all, of }: YieldsState): void {
    this.#tries = all;
    for (const choice of this.#choices) {
      if (!Object.hasOwn(of, choice.name)) continue;
      const [tries, gain, cost] = of[choice.name];
      Object.assign(choice, { tries, gain, cost });
    }
  }

  /** Old tries count half, and no less than those at first, so that a choice can always come back. */
  #forget(): void {
    this.#tries /= 2;
    for (const choice of this.#choices) {
      const first = FIRST_TRIES * choice.expected;
      choice.tries = (choice.tries + FIRST_TRIES) / 2;
      choice.gain = (choice.gain + FIRST_RATE * first) / 2;
      choice.cost = (choice.cost + first) / 2;
    }
  }
}
