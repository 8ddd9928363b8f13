import { FeatureCounter, Guide, isShape, programOfRecipe } from '../src/fuzzing/index.js';
import { runLockstep } from '../src/lockstep/index.js';
import { optimizedHeap } from '../src/optimized/index.js';
import { spread } from './harness.js';

// How much sooner rare shapes are reached where runs learn from those before them. What is rare a long unguided
// campaign says, of another seed: the shapes that the fewest of its programs reached, as far as any did. Then for each
// seed a guided and an unguided campaign go on until they have reached all but a few of these, and what is compared is
// how far each had to go for the first 10, 20, … of them. Programs run on the optimized heap alone.

/** How far campaigns had to go until they had reached so many of the rare shapes. */
export interface GuidanceRow {
  /** How many of the rare shapes. */
  readonly reached: number;
  /** Operations of an unguided campaign; the median of all seeds, where one that ran out of operations counts as its limit. */
  readonly unguided: number;
  /** The same of a guided one. */
  readonly guided: number;
  /** Operations of the guided campaign divided by those of the unguided one of the same seed; quartiles and median. */
  readonly operations: readonly [low: number, median: number, high: number];
  /** The same for programs; the median. */
  readonly programs: number;
  /** The same for the time of the processor, with what guidance itself costs; the median. */
  readonly time: number;
  /** Seeds for which the guided campaign needed fewer operations. */
  readonly sooner: number;
  readonly seeds: number;
  /** Campaigns, unguided and guided, that ran out of operations before. */
  readonly missed: readonly [unguided: number, guided: number];
}

const SEEDS = 20;

/** The seed before the first one: by those up to here the guide was tuned. */
const TUNED_BY = 200;

/** The campaign that says what is rare: its seed, and its operations. */
const CENSUS = { seed: 1000, operations: 2_000_000 };

/** How many shapes count as rare. */
const RARE = 40;

/** How many of them are to be reached. The last ones stay out of reach of most campaigns of this length. */
const GOALS = [10, 20, 30, 35, 38];

/** Operations after which a campaign ends in vain. */
const MOST_OPERATIONS = 400_000;

/** How far a campaign is. */
interface Way {
  readonly operations: number;
  readonly programs: number;
  /** Of the processor, in ms. */
  readonly time: number;
}

/** Compares guided campaigns with unguided ones. */
export function guidanceRows(seeds = SEEDS): GuidanceRow[] {
  const rare = rareShapes();
  const pairs = Array.from({ length: seeds }, (_, i) => ({
    unguided: waysTo(rare, TUNED_BY + 1 + i, false),
    guided: waysTo(rare, TUNED_BY + 1 + i, true),
  }));
  return GOALS.map((reached, goal): GuidanceRow => {
    const ways = pairs.map(({ unguided, guided }) => [unguided[goal], guided[goal]] as const);
    const ratios = (of: keyof Way): number[] => ways.map(([unguided, guided]) => guided[of] / unguided[of]);
    const operations = spread(ratios('operations'));
    const missed = (side: 0 | 1): number =>
      ways.filter((both) => both[side].operations >= MOST_OPERATIONS).length;
    return {
      reached,
      unguided: spread(ways.map(([unguided]) => unguided.operations)).median,
      guided: spread(ways.map(([, guided]) => guided.operations)).median,
      operations: [operations.low, operations.median, operations.high],
      programs: spread(ratios('programs')).median,
      time: spread(ratios('time')).median,
      sooner: ratios('operations').filter((ratio) => ratio < 1).length,
      seeds,
      missed: [missed(0), missed(1)],
    };
  });
}

/** The shapes that the fewest programs of a long unguided campaign reached. */
function rareShapes(): ReadonlySet<string> {
  const reachedBy = new Map<string, number>();
  campaign(CENSUS.seed, false, ({ operations }, features) => {
    for (const feature of features) {
      if (isShape(feature)) reachedBy.set(feature, (reachedBy.get(feature) ?? 0) + 1);
    }
    return operations < CENSUS.operations;
  });
  const rarest = [...reachedBy].sort(([, a], [, b]) => a - b).slice(0, RARE);
  return new Set(rarest.map(([shape]) => shape));
}

/** How far a campaign was when it reached each of the goals, or when it ended before. */
function waysTo(rare: ReadonlySet<string>, seed: number, guided: boolean): Way[] {
  const reached = new Set<string>();
  const ways: Way[] = [];
  const last = campaign(seed, guided, (way, features) => {
    for (const feature of features) if (rare.has(feature)) reached.add(feature);
    while (ways.length < GOALS.length && reached.size >= GOALS[ways.length]) ways.push(way);
    return ways.length < GOALS.length && way.operations < MOST_OPERATIONS;
  });
  const inVain = { ...last, operations: MOST_OPERATIONS };
  return GOALS.map((_, goal) => ways.at(goal) ?? inVain);
}

/** Runs programs as long as `goesOn` says after one, and tells how far it came. */
function campaign(
  seed: number,
  guided: boolean,
  goesOn: (way: Way, features: readonly string[]) => boolean,
): Way {
  let names = 0;
  const guide = new Guide({ seed, guided, idOf: () => String(names++) });
  const begun = process.cpuUsage();
  let way: Way = { operations: 0, programs: 0, time: 0 };
  for (;;) {
    const recipe = guide.next();
    if (recipe === 'wait') throw new Error('the guide waits although each result was learned at once');
    const program = programOfRecipe(recipe);
    const counter = new FeatureCounter();
    const { operations, divergence } = runLockstep(program, {
      heaps: [optimizedHeap],
      states: 'end',
      shapes: counter,
      locate: false,
      onOperation: () => counter.beginOperation(),
    });
    const features = divergence === undefined ? counter.features() : [];
    guide.learn({ index: recipe.index, commands: program.commands.length, operations, features });
    const { user, system } = process.cpuUsage(begun);
    way = {
      operations: way.operations + operations,
      programs: way.programs + 1,
      time: (user + system) / 1000,
    };
    if (!goesOn(way, features)) return way;
  }
}
