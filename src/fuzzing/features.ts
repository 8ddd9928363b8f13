import { ShapeCounter, SHAPES, type ShapeName } from '../lockstep/index.js';

/**
 * Something that a run showed: a shape (`growth/first`), a shape at least 8, 64, 512 or 4096 times
 * (`growth/first*64`), or two shapes in one operation (`growth/first+query/nil`, the first one first in the catalogue).
 * What runs inside of an operation belongs to it.
 */
export type Feature = string;

/** How often a shape must be reached for each of the features that say how often. */
const OFTEN = [8, 64, 512, 4096];

const COUNT = SHAPES.length;
const NUMBERS: ReadonlyMap<string, number> = new Map(SHAPES.map(({ name }, number) => [name, number]));

/** Counts the shapes of one run, and notes its features. */
export class FeatureCounter extends ShapeCounter {
  /** For each shape the operation, counted from 1, in which it was reached last; 0 where it was not. */
  readonly #reachedIn = new Int32Array(COUNT);
  readonly #times = new Int32Array(COUNT);
  /** A bit for each two shapes, at {@link pairOf}: whether they came together. */
  readonly #together = new Int32Array((COUNT * COUNT + 63) >> 6);
  readonly #pairs: number[] = [];
  /** The shapes of the operation that is under way, each once. */
  #now: number[] = [];
  #operation = 1;

  /** To be called before each operation that runs by itself (`LockstepOptions.onOperation`). */
  beginOperation(): void {
    this.#operation++;
    if (this.#now.length > 0) this.#now = [];
  }

  override count(name: ShapeName): void {
    super.count(name);
    const shape = NUMBERS.get(name);
    if (shape === undefined) return;
    this.#times[shape]++;
    if (this.#reachedIn[shape] === this.#operation) return;
    this.#reachedIn[shape] = this.#operation;
    for (const other of this.#now) this.#pair(shape, other);
    this.#now.push(shape);
  }

  /** The features of the run so far, each once: shapes first, in the order of the catalogue. */
  features(): Feature[] {
    const shapes: Feature[] = [];
    const often: Feature[] = [];
    SHAPES.forEach(({ name }, shape) => {
      const times = this.#times[shape];
      if (times === 0) return;
      shapes.push(name);
      OFTEN.forEach((least, i) => {
        if (times >= least) often.push(OFTEN_NAMES[shape][i]);
      });
    });
    return [...shapes, ...often, ...this.#pairs.map((pair) => PAIR_NAMES[pair])];
  }

  #pair(a: number, b: number): void {
    const pair = pairOf(a, b);
    const word = pair >> 5;
    const bit = 1 << (pair & 31);
    if ((this.#together[word] & bit) !== 0) return;
    this.#together[word] |= bit;
    this.#pairs.push(pair);
  }
}

/** Whether a feature is a shape, and not how often it came or with which other one. */
export function isShape(feature: Feature): boolean {
  return NUMBERS.has(feature);
}

/** The number of two different shapes: the pairs of the greater shape follow those of all lesser ones. */
function pairOf(a: number, b: number): number {
  return a > b ? ((a * (a - 1)) >> 1) + b : ((b * (b - 1)) >> 1) + a;
}

/** For each shape the names of the features that say how often. */
const OFTEN_NAMES: readonly (readonly Feature[])[] = SHAPES.map(({ name }) =>
  OFTEN.map((least) => `${name}*${least}`),
);

/** The names of pairs by their numbers. */
const PAIR_NAMES: readonly Feature[] = SHAPES.flatMap(({ name: greater }, a) =>
  SHAPES.slice(0, a).map(({ name: lesser }) => `${lesser}+${greater}`),
);
