import type { Program } from '../programs/index.js';
import type { Drawing } from './drawn-programs.js';
import type { MutationName } from './mutations/index.js';

/** How the program of one run is made: plain data, which can be posted to a worker, and which it depends on alone. */
export type Recipe = DrawnRecipe | MutatedRecipe;

interface OfRun {
  /** The run's number, from 0; in a shard only every n-th number occurs. */
  readonly index: number;
  /** The seed of the campaign: an integer from 0 to 2^32 - 1. */
  readonly seed: number;
}

/** A program drawn anew. */
export interface DrawnRecipe extends OfRun {
  readonly kind: 'drawn';
  readonly drawing: Drawing;
}

/** A program made of others. */
export interface MutatedRecipe extends OfRun {
  readonly kind: 'mutated';
  /** What is done to the first parent, one after the other: at least one. */
  readonly mutations: readonly MutationName[];
  /** The program that is changed, and what else it may take parts of: at least one. */
  readonly parents: readonly [Program, ...Program[]];
}

/** The program of a recipe: a mutated one has no expectations, since they could have become untrue. */
export function programOfRecipe(_recipe: Recipe): Program {
  throw new Error('to come');
}
