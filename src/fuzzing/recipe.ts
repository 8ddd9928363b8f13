import { Chance } from '../programs/chance.js';
import type { Program } from '../programs/index.js';
import { drawnProgram, type Drawing } from './drawn-programs.js';
import { mutate, type MutationName } from './mutations/index.js';

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

/** Keeps the numbers by which a program is changed apart from those by which anything else is chosen. */
const CHANGES = 0x6d757461;

/** The program of a recipe: a mutated one has no expectations, since they could have become untrue. */
export function programOfRecipe(recipe: Recipe): Program {
  const { seed, index } = recipe;
  if (recipe.kind === 'drawn') return drawnProgram(recipe.drawing, seed, index);
  const [first, ...others] = recipe.parents;
  return mutate(new Chance(seed, index, CHANGES), first, recipe.mutations, others);
}
