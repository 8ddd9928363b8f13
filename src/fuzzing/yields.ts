import type { Chance } from '../programs/chance.js';

/** What something is taken to have gained, and for how much, before it was tried: everything is worth a few tries. */
const PRIOR = { gain: 10, cost: 500 };

/** Share of choices that do not look at gains, so that what gains nothing now is tried again later. */
const REGARDLESS = 1 / 4;

/** After so much was spent on all together, gains and costs count half: what paid early may pay no longer. */
const MEMORY = 20_000;

/** What one of the choices gained and what it cost, older things counting less. */
interface Yield {
  gain: number;
  cost: number;
}

/** Learns which of some choices pay: each is made as often as it gained, for its costs, compared with the others. */
export class Yields<Name extends string> {
  readonly #names: readonly Name[];
  readonly #yields: ReadonlyMap<string, Yield>;
  #spent = 0;

  constructor(names: readonly Name[]) {
    this.#names = names;
    this.#yields = new Map(names.map((name) => [name, { ...PRIOR }]));
  }

  /** Chooses one. */
  choose(chance: Chance): Name {
    if (chance.happens(REGARDLESS)) return chance.pick(this.#names);
    const rates = this.#names.map((name) => this.rate(name));
    let left = chance.real(rates.reduce((sum, rate) => sum + rate, 0));
    const chosen = rates.findIndex((rate) => (left -= rate) < 0);
    return this.#names[Math.max(0, chosen)];
  }

  /** What a choice gains for a unit of its costs. */
  rate(name: Name): number {
    const { gain, cost } = this.#yields.get(name) ?? PRIOR;
    return gain / cost;
  }

  /** Notes what a choice gained, and what it cost. */
  learn(name: Name, gain: number, cost: number): void {
    const one = this.#yields.get(name);
    if (one === undefined) return;
    one.gain += gain;
    one.cost += cost;
    this.#spent += cost;
    if (this.#spent > MEMORY) this.#forget();
  }

  /** All gains and costs, as plain data. */
  toJSON(): YieldsState {
    const of = Object.fromEntries(
      [...this.#yields].map(([name, { gain, cost }]) => [name, [gain, cost] as const]),
    );
    return { spent: this.#spent, of };
  }

  /** Takes over what was learned by another one; what it does not know stays as it is. */
  take({ spent, of }: YieldsState): void {
    this.#spent = spent;
    for (const [name, [gain, cost]] of Object.entries(of))
      Object.assign(this.#yields.get(name) ?? {}, { gain, cost });
  }

  #forget(): void {
    this.#spent /= 2;
    for (const one of this.#yields.values()) {
      one.gain = (one.gain + PRIOR.gain) / 2;
      one.cost = (one.cost + PRIOR.cost) / 2;
    }
  }
}

/** What {@link Yields} learned, as plain data. */
export interface YieldsState {
  readonly spent: number;
  readonly of: Readonly<Record<string, readonly [gain: number, cost: number]>>;
}
