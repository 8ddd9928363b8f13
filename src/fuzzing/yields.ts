import type { Chance } from '../programs/chance.js';

/** What a choice is taken to have gained in a first try, and for how much: everything is worth a few tries. */
const FIRST = { tries: 1, gain: 4, cost: 100 };

/** After so many tries of all together they count half: what paid early may pay no longer. */
const MEMORY = 400;

/** What one of the choices gained and what it cost, older tries counting less. */
interface Yield {
  tries: number;
  gain: number;
  cost: number;
}

/**
 * Learns which of some choices pay: so much is spent on each as it gained for its costs, compared with the others. A
 * choice whose tries cost more is made less often.
 */
export class Yields<Name extends string> {
  readonly #names: readonly Name[];
  readonly #regardless: number;
  readonly #yields: ReadonlyMap<string, Yield>;
  #tries = 0;

  /**
   * @param regardless - the share of the costs that is spent on all choices alike, so that what gains nothing now is
   * tried again later: above 0, and at most 1.
   */
  constructor(names: readonly Name[], regardless: number) {
    this.#names = names;
    this.#regardless = regardless;
    this.#yields = new Map(names.map((name) => [name, { ...FIRST }]));
  }

  /** Chooses one. */
  choose(chance: Chance): Name {
    const regardless = this.#regardless;
    const yields = this.#names.map((name) => this.#yields.get(name) ?? FIRST);
    const rates = yields.map(({ gain, cost }) => gain / cost);
    const all = rates.reduce((sum, rate) => sum + rate, 0);
    const weights = yields.map(({ tries, cost }, i) => {
      const share = regardless / yields.length + (1 - regardless) * (rates[i] / all);
      return share / (cost / tries);
    });
    let left = chance.real(weights.reduce((sum, weight) => sum + weight, 0));
    const chosen = weights.findIndex((weight) => (left -= weight) < 0);
    return this.#names[Math.max(0, chosen)];
  }

  /** Notes what a try of a choice gained, and what it cost. */
  learn(name: Name, gain: number, cost: number): void {
    const one = this.#yields.get(name);
    if (one === undefined) return;
    one.tries++;
    one.gain += gain;
    one.cost += cost;
    this.#tries++;
    if (this.#tries >= MEMORY) this.#forget();
  }

  /** All tries, gains and costs, as plain data. */
  toJSON(): YieldsState {
    const of = [...this.#yields].map(
      ([name, { tries, gain, cost }]) => [name, [tries, gain, cost] as const] as const,
    );
    return { tries: this.#tries, of: Object.fromEntries(of) };
  }

  /** Takes over what was learned by another one; what it does not know stays as it is. */
  take({ tries: all, of }: YieldsState): void {
    this.#tries = all;
    for (const [name, [tries, gain, cost]] of Object.entries(of)) {
      Object.assign(this.#yields.get(name) ?? {}, { tries, gain, cost });
    }
  }

  #forget(): void {
    this.#tries /= 2;
    for (const one of this.#yields.values()) {
      one.tries = (one.tries + FIRST.tries) / 2;
      one.gain = (one.gain + FIRST.gain) / 2;
      one.cost = (one.cost + FIRST.cost) / 2;
    }
  }
}

/** What {@link Yields} learned, as plain data. */
export interface YieldsState {
  readonly tries: number;
  readonly of: Readonly<Record<string, readonly [tries: number, gain: number, cost: number]>>;
}
