import type { Chance } from './chance.js';
import type { SpanNote } from './ledger.js';
import type { Wishes } from './page-counts.js';

/** The name of a phase: what a stretch of a program does to the heap. */
export type PhaseName = 'fill' | 'churn' | 'drain' | 'fragment' | 'merge' | 'sawtooth' | 'comb' | 'idle';

/** Which live span is freed next; neighbours are so in order of allocation, which mostly is that of addresses. */
export type FreeOrder =
  'random' | 'newest' | 'oldest' | 'every other' | 'one after the other' | 'neighbours first';

/** What distinguishes the kinds of phases. */
export interface PhaseKind extends Wishes {
  readonly name: PhaseName;
  /** Share of allocations among allocations and frees: below the phase's upper bound of live spans, and above. */
  readonly allocates: readonly [growing: number, shrinking: number];
  /** The orders in which it may free. */
  readonly orders: readonly FreeOrder[];
  /** Whether other commands than allocations and frees, such as ticks, are what it mostly has. */
  readonly idle: boolean;
  /** Whether it ends as soon as its upper or its lower bound of live spans is reached. */
  readonly ends: 'at upper' | 'at lower' | 'in time';
}

const ANY_ORDER: readonly FreeOrder[] = ['random', 'random', 'newest', 'oldest', 'one after the other'];
const RUNS: readonly FreeOrder[] = ['one after the other', 'neighbours first'];

/** All kinds of phases. */
export const PHASES: readonly PhaseKind[] = [
  {
    name: 'fill',
    allocates: [0.95, 0],
    orders: ['random'],
    recycles: 0,
    favours: 0,
    idle: false,
    ends: 'at upper',
  },
  {
    name: 'churn',
    allocates: [0.65, 0.35],
    orders: ANY_ORDER,
    recycles: 0.2,
    favours: 0,
    idle: false,
    ends: 'in time',
  },
  {
    name: 'drain',
    allocates: [0, 0.05],
    orders: [...ANY_ORDER, ...RUNS],
    recycles: 0.5,
    favours: 0,
    idle: false,
    ends: 'at lower',
  },
  {
    name: 'fragment',
    allocates: [0, 0.05],
    orders: ['every other'],
    recycles: 0.5,
    favours: 0,
    idle: false,
    ends: 'at lower',
  },
  {
    name: 'merge',
    allocates: [0.6, 0.25],
    orders: RUNS,
    recycles: 0.7,
    favours: 0,
    idle: false,
    ends: 'in time',
  },
  {
    name: 'sawtooth',
    allocates: [0.97, 0.03],
    orders: ANY_ORDER,
    recycles: 0.3,
    favours: 0,
    idle: false,
    ends: 'in time',
  },
  // Gaps of a few lengths, each between live spans: what is found by its length has many to choose from.
  {
    name: 'comb',
    allocates: [0.9, 0.1],
    orders: ['every other'],
    recycles: 0,
    favours: 0.75,
    idle: false,
    ends: 'in time',
  },
  {
    name: 'idle',
    allocates: [0.6, 0.4],
    orders: ANY_ORDER,
    recycles: 0.3,
    favours: 0,
    idle: true,
    ends: 'in time',
  },
];

const PHASES_THAT_GROW = PHASES.filter(({ ends }) => ends !== 'at lower');

/** A stretch of a program in which commands are drawn in the same manner. */
export class Phase {
  readonly kind: PhaseKind;
  /** Commands that it has at most. */
  readonly length: number;
  readonly #order: FreeOrder;
  /** Live spans from which on it shrinks, at which it grows again, and at which it has done what it is for. */
  readonly #upper: number;
  #turn: number;
  readonly #lower: number;
  #growing = true;
  /** Place in the list of live spans where it frees. */
  #cursor: number;
  /** Frees to come before the next span whose neighbours go first. */
  #pending = 0;

  /**
   * Draws a phase.
   *
   * @param live Spans that are live now: where there are hardly any, nothing is drained.
   * @param maxLive Spans that the run may have live at a time.
   * @param room Commands that the program has left.
   */
  constructor(chance: Chance, live: number, maxLive: number, room: number) {
    this.kind = chance.pick(live < 4 ? PHASES_THAT_GROW : PHASES);
    this.length = chance.happens(1 / 4) ? room : chance.magnitude(Math.min(room, 4), room);
    this.#order = chance.pick(this.kind.orders);
    this.#cursor = chance.below(live + 1);
    this.#upper = this.kind.ends === 'at lower' ? 0 : drawUpper(chance, maxLive);
    this.#turn = this.kind.name === 'sawtooth' ? chance.below((this.#upper >> 1) + 1) : this.#upper - 1;
    this.#lower = this.kind.name === 'fragment' ? live >> 1 : chance.below((live >> 2) + 1);
  }

  /**
   * Whether the next command that allocates or frees should allocate.
   *
   * @param full Whether as many pages are live as may be: then it should not.
   */
  allocates(chance: Chance, live: number, full: boolean): boolean {
    const comb = this.kind.name === 'comb';
    if (live >= this.#upper || (comb && full)) {
      if (comb && this.#growing) this.#turn = live >> 1;
      this.#growing = false;
    } else if (live <= this.#turn) {
      this.#growing = true;
    }
    if (full) return false;
    const [growing, shrinking] = this.kind.allocates;
    return chance.happens(this.#growing ? growing : shrinking);
  }

  /** Whether the phase has done what it is for, so that another one may begin. */
  done(live: number): boolean {
    switch (this.kind.ends) {
      case 'at upper':
        return live >= this.#upper;
      case 'at lower':
        return live <= this.#lower;
      case 'in time':
        return false;
    }
  }

  /** The place of the span to free next in the list of live spans, which is not empty. */
  nextToFree(chance: Chance, live: readonly SpanNote[]): number {
    const last = live.length - 1;
    switch (this.#order) {
      case 'random':
        return chance.below(live.length);
      case 'newest':
        return last;
      case 'oldest':
        return 0;
      case 'every other':
        // What is freed leaves the list: at its place stands the span to keep, and behind that the next to free.
        this.#cursor = this.#cursor >= last ? 0 : this.#cursor + 1;
        return this.#cursor;
      case 'one after the other':
        if (this.#cursor > last || chance.happens(1 / 16)) this.#cursor = chance.below(live.length);
        return this.#cursor;
      case 'neighbours first':
        return this.#nextOfThree(chance, last);
    }
  }

  /** Frees some span's left neighbour, its right one, and then itself, which merges with both. */
  #nextOfThree(chance: Chance, last: number): number {
    if (this.#pending === 0) {
      this.#pending = 2;
      this.#cursor = chance.below(Math.max(1, last - 1));
      return this.#cursor;
    }
    // With the left neighbour gone from the list, the span has its place, and the right neighbour stands behind it.
    this.#pending--;
    return Math.min(this.#cursor + this.#pending, last);
  }
}

function drawUpper(chance: Chance, maxLive: number): number {
  return chance.happens(1 / 2) ? maxLive : chance.magnitude(1, maxLive);
}
