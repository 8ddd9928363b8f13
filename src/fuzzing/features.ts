import { ShapeCounter } from '../lockstep/index.js';

/**
 * Something that a run showed: a shape (`growth/first`), a shape at least 8, 64, 512 or 4096 times
 * (`growth/first*64`), or two shapes in one operation (`growth/first+query/nil`, the first one first in the catalogue).
 */
export type Feature = string;

/** Counts the shapes of one run, and notes its features. */
export class FeatureCounter extends ShapeCounter {
  /** To be called before each operation that runs by itself (`LockstepOptions.onOperation`). */
  beginOperation(): void {
    throw new Error('to come');
  }

  /** The features of the run so far, each once. */
  features(): Feature[] {
    throw new Error('to come');
  }
}
