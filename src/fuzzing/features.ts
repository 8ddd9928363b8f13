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

  /** To be called before each operation (`LockstepOptions.onOperation`): shapes count when the outermost one has ended. */
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
    return Array.from(this.numbers(), featureOf);
  }

  /** The same by number, as {@link featureOf} names them: much less to post from one thread to another. */
  numbers(): Uint32Array {
    const shapes: number[] = [];
    const often: number[] = [];
    this.#times.forEach((times, shape) => {
      if (times === 0) return;
      shapes.push(shape);
      OFTEN.forEach((least, level) => {
        if (times >= least) often.push(COUNT + OFTEN.length * shape + level);
      });
    });
    return Uint32Array.from([...shapes, ...often, ...this.#pairs.map((pair) => FIRST_PAIR + pair)]);
  }

  /** Times that each shape was reached, in the order of the catalogue. */
  times(): Int32Array {
    return this.#times.slice();
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

/** The first number of a pair, behind those of shapes and of how often they came. */
const FIRST_PAIR = COUNT + OFTEN.length * COUNT;

/** All features by their numbers. */
const FEATURES: readonly Feature[] = [
  ...SHAPES.map(({ name }) => name),
  ...SHAPES.flatMap(({ name }) => OFTEN.map((least) => `${name}*${least}`)),
  ...SHAPES.flatMap(({ name: greater }, a) =>
    SHAPES.slice(0, a).map(({ name: lesser }) => `${lesser}+${greater}`),
  ),
];

/** The feature of a number, which is the same in all threads of a process. */
export function featureOf(number: number): Feature {
  return FEATURES[number];
}

/** Times that shapes were reached, by their names; those that were not are left out. */
export function shapeTimes(times: Int32Array): Record<string, number> {
  const reached = SHAPES.map(({ name }, shape) => [name, times[shape]] as const);
  return Object.fromEntries(reached.filter(([, count]) => count > 0));
}
