import type { Program } from '../programs/index.js';
import type { CorpusEntry, Offered } from './corpus.js';
import type { Feature } from './features.js';
import type { Unseen } from './good-turing.js';
import type { Recipe } from './recipe.js';

/** A run depends on the results of those alone that come at least so many before it: so many may be under way at a time. */
export const WINDOW = 128;

/** What a guide is made for. */
export interface GuideOptions {
  /** The seed of the campaign: an integer from 0 to 2^32 - 1. */
  readonly seed: number;
  /** Which of how many machines this is, both from 1; by default the only one. */
  readonly shard?: { readonly number: number; readonly of: number };
  /** Whether runs learn from those before them; by default they do. Otherwise each run draws the `usual` program. */
  readonly guided?: boolean;
  /** Names a program by its text, the same on every machine. */
  readonly idOf: (program: Program) => string;
}

/** What came of one run. */
export interface RunResult {
  /** The number of the recipe. */
  readonly index: number;
  /** Operations that it performed. */
  readonly operations: number;
  /** What it showed; empty for a run that failed, from which nothing is learned. */
  readonly features: readonly Feature[];
}

/** What a guide made of the result of a run. */
export interface Learned extends Offered {
  /** The features that no run and no adopted program showed before. */
  readonly news: readonly Feature[];
}

/** All that a guide knows, as plain data: a guide that takes it on goes on as this one would have. */
export interface GuideState {
  /** Runs whose results were learned. */
  readonly learned: number;
  /** Of the corpus; their programs are kept elsewhere. */
  readonly entries: readonly { readonly id: string; readonly features: readonly number[] }[];
  /** The features by number, each with the runs that showed it: of all, and of drawn ones. */
  readonly features: readonly (readonly [Feature, number, number])[];
  readonly drawn: number;
  readonly operations: number;
  /** Of each kind of drawn programs and each mutation: what it gained and what it cost. */
  readonly yields: Readonly<Record<string, readonly [gain: number, cost: number]>>;
  /** The recipes of the runs that are not learned yet, their parents by id. */
  readonly planned: readonly PlannedRecipe[];
}

/** A recipe without its programs. */
export type PlannedRecipe =
  | { readonly drawing: string }
  | { readonly mutations: readonly string[]; readonly parents: readonly string[] };

/**
 * Decides what is run next: programs drawn anew, and programs made of those that showed something rare. The same seed,
 * adopted programs and results give the same recipes, whatever the number of workers.
 */
export class Guide {
  constructor(_options: GuideOptions) {
    throw new Error('to come');
  }

  /** A guide that goes on where another one was; `programs` gives what is still there of its corpus. */
  static resume(
    _options: GuideOptions,
    _state: GuideState,
    _programs: (id: string) => Program | undefined,
  ): Guide {
    throw new Error('to come');
  }

  /** Takes in a program that is known from before, with what a run of it showed. To be called before the first `next`. */
  adopt(_program: Program, _features: readonly Feature[]): Learned {
    throw new Error('to come');
  }

  /** The recipe of the next run; `wait` where it depends on results that are not there yet. */
  next(): Recipe | 'wait' {
    throw new Error('to come');
  }

  /**
   * Learns the result of a run, in the order of their numbers.
   *
   * @throws RangeError where it is not that of the first run which is not learned yet.
   */
  learn(_result: RunResult): Learned {
    throw new Error('to come');
  }

  /** The entries of the corpus, in the order in which they came. */
  get entries(): readonly CorpusEntry[] {
    throw new Error('to come');
  }

  /** For each feature that was seen the number of runs that showed it. */
  get counts(): ReadonlyMap<Feature, number> {
    throw new Error('to come');
  }

  /** What has not been seen yet: of shapes alone, or of all features. Drawn programs alone tell it. */
  unseen(_of: 'shapes' | 'features'): Unseen {
    throw new Error('to come');
  }

  /** All that this guide knows. */
  state(): GuideState {
    throw new Error('to come');
  }
}
