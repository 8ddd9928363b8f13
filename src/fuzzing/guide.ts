import { Chance } from '../programs/chance.js';
import type { Program } from '../programs/index.js';
import { Corpus, type CorpusEntry, type Known, type NamedProgram, type Offered } from './corpus.js';
import { COST_OF_MUTATED, COSTS_OF_DRAWINGS, fixedCost, hasGiants } from './costs.js';
import { DRAWINGS, type Drawing } from './drawn-programs.js';
import type { Feature } from './features.js';
import type { Unseen } from './good-turing.js';
import { isMutation, MUTATIONS, type MutationName } from './mutations/index.js';
import { pickParent } from './parents.js';
import { programOfRecipe, type Recipe } from './recipe.js';
import type { Incidence } from './report.js';
import { unseenBy } from './unseen-by.js';
import { Yields, type YieldsState } from './yields.js';

/** A run depends on the results of those alone that come at least so many before it: so many may be under way at a time. */
export const WINDOW = 128;

/** Keeps the numbers by which is chosen what is run apart from those by which programs are made. */
const CHOICES = 0x63686f69;

/** Mutations, at most, that make one program. */
const MOST_MUTATIONS = 4;

/** Shares of the costs that are spent regardless of what was gained. */
const REGARDLESS = { origins: 1 / 3, drawings: 1 / 4, mutations: 1 / 4 };

/** What a new feature is worth that is no shape, compared with a new shape. */
const WORTH_OF_NEWS = 1 / 50;

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
  /** Commands of its program. */
  readonly commands: number;
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
  /** Runs among them that drew the usual program, and that did not fail. */
  readonly usual: number;
  /** The features in the order in which they came. */
  readonly features: readonly KnownState[];
  /** Of the corpus, with the features that they are kept for, by number; their programs are kept elsewhere. */
  readonly entries: readonly { readonly id: string; readonly owned: readonly number[] }[];
  readonly origins: YieldsState;
  readonly drawings: YieldsState;
  readonly mutations: YieldsState;
  /** The recipes of the runs that are not learned yet, their parents by id. */
  readonly planned: readonly PlannedRecipe[];
}

/** What is known of a feature: the runs that showed it, and the commands of the smallest program among them, if any did. */
type KnownState = readonly [feature: Feature, runs: number, usualRuns: number, least: number | null];

/** A recipe without its programs. */
export type PlannedRecipe =
  | { readonly drawing: string }
  | { readonly mutations: readonly string[]; readonly parents: readonly string[] };

/** What is run, before it has a number; parents are entries of the corpus. */
type Plan =
  | { readonly kind: 'drawn'; readonly drawing: Drawing }
  | {
      readonly kind: 'mutated';
      readonly mutations: readonly MutationName[];
      readonly parents: readonly [CorpusEntry, ...CorpusEntry[]];
    };

/**
 * Decides what is run next: programs drawn anew, and programs made of those that showed something rare. The same seed,
 * adopted programs and results give the same recipes, whatever the number of workers.
 *
 * As soon as a result is learned it is settled what the run {@link WINDOW} later does: so no recipe depends on how far
 * others are.
 */
export class Guide {
  readonly #options: GuideOptions;
  readonly #corpus = new Corpus();
  /** Where programs come from, and what is drawn, and what is done to others. */
  readonly #yields = {
    origins: new Yields(
      [
        ['drawn', COSTS_OF_DRAWINGS.usual],
        ['mutated', COST_OF_MUTATED],
      ],
      REGARDLESS.origins,
    ),
    drawings: new Yields(
      DRAWINGS.map((name) => [name, COSTS_OF_DRAWINGS[name]] as const),
      REGARDLESS.drawings,
    ),
    mutations: new Yields(
      MUTATIONS.map(({ name }) => [name, COST_OF_MUTATED] as const),
      REGARDLESS.mutations,
    ),
  };
  /** What the runs do that are not learned yet: the first is the next to be learned. */
  readonly #plans: Plan[] = [];
  #learned = 0;
  #usual = 0;
  /** Entries that the corpus has dropped and that are still planned with. */
  readonly #leaving = new Set<CorpusEntry>();
  /** Recipes that were given, of those that are planned. */
  #given = 0;

  constructor(options: GuideOptions) {
    const { shard = { number: 1, of: 1 } } = options;
    const { number, of } = shard;
    if (!Number.isSafeInteger(of) || !Number.isSafeInteger(number) || number < 1 || number > of) {
      throw new RangeError(`a shard is one of several, counted from 1, not ${number} of ${of}`);
    }
    this.#options = options;
  }

  /**
   * A guide that goes on where another one was, with the recipes first that were not learned.
   *
   * @param programs - gives what is still there of the corpus; entries that are not there any more are forgotten,
   * and what they were kept for is kept again from whatever shows it.
   */
  static resume(
    options: GuideOptions,
    state: GuideState,
    programs: (id: string) => Program | undefined,
  ): Guide {
    const guide = new Guide(options);
    guide.#take(state, programs);
    return guide;
  }

  /** Takes in a program that is known from before, with what a run of it showed. To be called before the first `next`. */
  adopt(program: Program, features: readonly Feature[]): Learned {
    const { news, shown } = this.#note(features);
    const { length } = program.commands;
    const { dropped, ...offered } = this.#corpus.offer(length, shown, () => this.#named(program));
    return { news, ...offered, dropped: this.#release(dropped) };
  }

  /** The recipe of the next run; `wait` where it depends on results that are not there yet. */
  next(): Recipe | 'wait' {
    if (this.#given === WINDOW) return 'wait';
    while (this.#plans.length < WINDOW) this.#plans.push(this.#plan(this.#learned + this.#plans.length));
    const recipe = this.#recipe(this.#given);
    this.#given++;
    return recipe;
  }

  /**
   * Learns the result of a run, in the order of their numbers.
   *
   * @throws RangeError where it is not that of the first run which is not learned yet.
   */
  learn(result: RunResult): Learned {
    const { index } = result;
    const expected = this.#indexOf(this.#learned);
    if (this.#given === 0 || index !== expected) {
      throw new RangeError(
        `the next result must be that of run ${expected}, once it was given, not of ${index}`,
      );
    }
    const recipe = this.#recipe(0);
    const [plan] = this.#plans.splice(0, 1);
    this.#given--;
    this.#learned++;
    const { dropped, ...learned } = this.#study(plan, recipe, result);
    this.#plans.push(this.#plan(this.#learned + WINDOW - 1));
    return { ...learned, dropped: this.#release(dropped) };
  }

  /** The number of results that were learned. */
  get learned(): number {
    return this.#learned;
  }

  /** The entries of the corpus, in the order in which they came. */
  get entries(): readonly CorpusEntry[] {
    return this.#corpus.entries;
  }

  /** For each feature that was seen, in the order in which they came, the number of runs that showed it. */
  get counts(): ReadonlyMap<Feature, number> {
    return new Map(this.#corpus.known.map(({ feature, runs }) => [feature, runs]));
  }

  /** In how many programs each feature was seen, of the usual ones: these do not depend on each other. */
  get incidence(): Incidence {
    const seen = this.#corpus.known.filter(({ usualRuns }) => usualRuns > 0);
    return {
      programs: this.#usual,
      features: Object.fromEntries(seen.map(({ feature, usualRuns }) => [feature, usualRuns])),
    };
  }

  /** What has not been seen yet, of shapes alone or of all features, as those programs tell it. */
  unseen(of: 'shapes' | 'features'): Unseen {
    return unseenBy(this.incidence)[of];
  }

  /** All that this guide knows. */
  state(): GuideState {
    const { known, entries } = this.#corpus;
    return {
      learned: this.#learned,
      usual: this.#usual,
      features: known.map(({ feature, runs, usualRuns, least }) => [
        feature,
        runs,
        usualRuns,
        least === Infinity ? null : least,
      ]),
      entries: entries.map(({ id, owned }) => ({ id, owned: Array.from(owned, ({ number }) => number) })),
      origins: this.#yields.origins.toJSON(),
      drawings: this.#yields.drawings.toJSON(),
      mutations: this.#yields.mutations.toJSON(),
      planned: this.#plans.map(outlineOf),
    };
  }

  /** The number of the run that is the `count`-th of this shard, from 0. */
  #indexOf(count: number): number {
    const { number, of } = this.#options.shard ?? { number: 1, of: 1 };
    return number - 1 + count * of;
  }

  #recipe(ahead: number): Recipe {
    const run = { index: this.#indexOf(this.#learned + ahead), seed: this.#options.seed };
    const plan = this.#plans[ahead];
    if (plan.kind === 'drawn') return { ...run, ...plan };
    const [{ program }, ...others] = plan.parents;
    return { ...run, ...plan, parents: [program, ...others.map((other) => other.program)] };
  }

  /** Settles what the run does that is the `count`-th of this shard. */
  #plan(count: number): Plan {
    const chance = new Chance(this.#options.seed, this.#indexOf(count), CHOICES);
    if (this.#options.guided === false) return { kind: 'drawn', drawing: 'usual' };
    const { origins, drawings, mutations: kinds } = this.#yields;
    const first = pickParent(chance, this.#corpus);
    const second = pickParent(chance, this.#corpus);
    if (origins.choose(chance) === 'drawn' || first === undefined || second === undefined) {
      return { kind: 'drawn', drawing: drawings.choose(chance) };
    }
    const mutations = Array.from({ length: chance.magnitude(1, MOST_MUTATIONS) }, () => kinds.choose(chance));
    return { kind: 'mutated', mutations, parents: [first, second] };
  }

  #study(plan: Plan, recipe: Recipe, { commands, operations, features }: RunResult): Learned {
    const { news, shown, gain } = this.#note(features);
    const { origins, drawings, mutations } = this.#yields;
    const cost = operations + fixedCost(mayHaveGiants(plan));
    origins.learn(plan.kind, gain, cost);
    if (plan.kind === 'drawn') {
      drawings.learn(plan.drawing, gain, cost);
      if (plan.drawing === 'usual' && features.length > 0) this.#noteUsual(shown);
    } else {
      for (const mutation of new Set(plan.mutations)) mutations.learn(mutation, gain, cost);
    }
    const make = (): NamedProgram => this.#named(programOfRecipe(recipe));
    return { news, ...this.#corpus.offer(commands, shown, make) };
  }

  /** Those of the dropped entries that nothing is planned with any more. */
  #release(dropped: readonly CorpusEntry[]): CorpusEntry[] {
    for (const entry of dropped) this.#leaving.add(entry);
    if (this.#leaving.size === 0) return [];
    const needed = new Set(this.#plans.flatMap((plan) => (plan.kind === 'mutated' ? plan.parents : [])));
    const released = [...this.#leaving].filter((entry) => !needed.has(entry));
    for (const entry of released) this.#leaving.delete(entry);
    return released;
  }

  #noteUsual(shown: readonly Known[]): void {
    this.#usual++;
    for (const known of shown) known.usualRuns++;
  }

  #named(program: Program): NamedProgram {
    return { id: this.#options.idOf(program), program };
  }

  /** Counts what a run showed; its gain is what no run, or few runs, showed before. */
  #note(features: readonly Feature[]): Noted {
    const shown = features.map((feature) => this.#corpus.know(feature));
    const news = shown.filter(({ runs }) => runs === 0).map(({ feature }) => feature);
    const gain = shown.reduce((sum, known) => sum + gainOf(known), 0);
    for (const known of shown) known.runs++;
    return { shown, news, gain };
  }

  #take(state: GuideState, programs: (id: string) => Program | undefined): void {
    this.#learned = state.learned;
    this.#usual = state.usual;
    for (const [feature, runs, usualRuns, least] of state.features) {
      Object.assign(this.#corpus.know(feature), { runs, usualRuns, least: least ?? Infinity });
    }
    for (const { id, owned } of state.entries) {
      const program = programs(id);
      if (program === undefined) this.#corpus.forget(owned);
      else this.#corpus.restore({ id, program }, owned);
    }
    this.#yields.origins.take(state.origins);
    this.#yields.drawings.take(state.drawings);
    this.#yields.mutations.take(state.mutations);
    for (const outline of state.planned) this.#plans.push(this.#planOf(outline, programs));
  }

  /** The plan of an outline; the usual program where something of it is not there any more. */
  #planOf(outline: PlannedRecipe, programs: (id: string) => Program | undefined): Plan {
    if ('drawing' in outline) {
      const drawing = DRAWINGS.find((name) => name === outline.drawing);
      return { kind: 'drawn', drawing: drawing ?? 'usual' };
    }
    const mutations = outline.mutations.filter(isMutation);
    const parents = outline.parents.flatMap((id) => this.#corpus.entry(id) ?? this.#left(id, programs) ?? []);
    const [first, ...others] = parents;
    if (mutations.length < outline.mutations.length || parents.length < outline.parents.length || !first) {
      return { kind: 'drawn', drawing: 'usual' };
    }
    return { kind: 'mutated', mutations, parents: [first, ...others] };
  }

  /** An entry that is planned with, but that the corpus has dropped. */
  #left(id: string, programs: (id: string) => Program | undefined): CorpusEntry | undefined {
    const there = [...this.#leaving].find((entry) => entry.id === id);
    if (there !== undefined) return there;
    const program = programs(id);
    if (program === undefined) return undefined;
    const entry: CorpusEntry = { id, program, owned: new Set() };
    this.#leaving.add(entry);
    return entry;
  }
}

/** What a run showed, as the guide knows it. */
interface Noted {
  readonly shown: readonly Known[];
  readonly news: readonly Feature[];
  readonly gain: number;
}

/**
 * What a feature is worth that so many runs showed before: a shape the more the rarer it is, anything else where it is
 * new.
 */
function gainOf({ runs, shape }: Known): number {
  return shape ? 1 / (1 + runs) ** 2 : runs === 0 ? WORTH_OF_NEWS : 0;
}

function mayHaveGiants(plan: Plan): boolean {
  if (plan.kind === 'drawn') return plan.drawing === 'giants';
  return plan.parents.some(({ program }) => hasGiants(program));
}

function outlineOf(plan: Plan): PlannedRecipe {
  if (plan.kind === 'drawn') return { drawing: plan.drawing };
  return { mutations: plan.mutations, parents: plan.parents.map(({ id }) => id) };
}
