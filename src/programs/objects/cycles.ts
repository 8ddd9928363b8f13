import type { Command } from '../program.js';
import { markOf } from './mutator-moves.js';
import { CLASS_TO_COUNT, WINDOW, type ObjectNote } from './object-ledger.js';
import type { ObjectRun } from './object-run.js';
import type { Stretch } from './stretches.js';

/** The name of a rule by which a cycle leaves objects. */
export type SurvivalName =
  'all' | 'none' | 'chance' | 'young' | 'old' | 'runs' | 'windows' | 'most' | 'one a span';

/** What the stretch before a cycle has filled. */
type Filled = Pick<Stretch, 'windows' | 'crowds'>;

/** Chooses the objects that a cycle marks, in the order in which it does. */
interface Survival {
  readonly name: SurvivalName;
  /** Whether it leaves few, so that it is fit for a heap that is full. */
  readonly few: boolean;
  readonly choose: (run: ObjectRun, live: readonly ObjectNote[]) => ObjectNote[];
}

const WINDOWS: Survival = { name: 'windows', few: false, choose: byWindows };
const MOST: Survival = { name: 'most', few: false, choose: most };

const SURVIVALS: readonly Survival[] = [
  { name: 'all', few: false, choose: (_, live) => [...live] },
  { name: 'none', few: true, choose: () => [] },
  { name: 'chance', few: false, choose: byChance },
  {
    name: 'young',
    few: true,
    choose: ({ chance }, live) => live.slice(live.length - chance.below((live.length >> 1) + 1)),
  },
  {
    name: 'old',
    few: true,
    choose: ({ chance }, live) => live.slice(0, chance.below((live.length >> 1) + 1)),
  },
  { name: 'runs', few: false, choose: inRuns },
  WINDOWS,
  MOST,
  { name: 'one a span', few: true, choose: oneASpan },
];

/**
 * Draws the rule by which a cycle leaves objects, and what it leaves.
 *
 * @param filled - what has just been filled: spans of more than one window, or spans for caches to contest.
 */
export function drawSurvivors(
  run: ObjectRun,
  filled: Filled,
): {
  readonly name: SurvivalName;
  readonly marked: readonly ObjectNote[];
} {
  const { chance, habits, ledger, objects } = run;
  const full = objects.live.length >= habits.maxLive || objects.pages + ledger.livePages >= habits.maxPages;
  const { name, choose } =
    filled.windows === true && chance.happens(1 / 2)
      ? WINDOWS
      : filled.crowds !== undefined && chance.happens(15 / 16)
        ? MOST
        : chance.pick(full ? SURVIVALS.filter(({ few }) => few) : SURVIVALS);
  const marked = choose(run, objects.live);
  if (chance.happens(1 / 4)) marked.reverse();
  else if (chance.happens(1 / 3)) shuffle(run, marked);
  return { name, marked };
}

/** Draws the mark of an object. */
export function mark(run: ObjectRun, note: ObjectNote): Command {
  run.objects.mark(note);
  return markOf(run, note);
}

/** Begins to mark. */
export function gcStart({ objects }: ObjectRun): Command {
  objects.start();
  return { op: 'gcStart' };
}

/** Draws the end of a cycle: everything is swept at once, or in proportion over a distance of any magnitude. */
export function gcEnd(run: ObjectRun, filled: Filled = {}): Command {
  // Spans that are to be contested wait until somebody looks for one.
  const later = filled.crowds !== undefined && run.chance.happens(15 / 16);
  const heapDistance = later ? run.chance.magnitude(2 ** 30, Number.MAX_SAFE_INTEGER) : drawDistance(run);
  run.objects.end(heapDistance);
  return { op: 'gcEnd', heapDistance };
}

function drawDistance({ chance, objects }: ObjectRun): number {
  switch (chance.below(8)) {
    case 0:
    case 1:
      return 0;
    case 2:
      return chance.pick([1, 8191, 8192, 8193]);
    case 3:
      return chance.magnitude(1, Number.MAX_SAFE_INTEGER);
    case 4:
      return chance.pick([2 ** 40, Number.MAX_SAFE_INTEGER]);
    default:
      // As much as is allocated before the next cycle, or some times that.
      return chance.magnitude(8192, Math.max(1, objects.pages) * 32 * 8192);
  }
}

/** All but a few: so that some spans stay full, and others get room for one or two. */
function most({ chance }: ObjectRun, live: readonly ObjectNote[]): ObjectNote[] {
  return live.filter(({ sizeclass }) => !chance.happens(1 / (2 * CLASS_TO_COUNT[sizeclass] + 1)));
}

function byChance({ chance }: ObjectRun, live: readonly ObjectNote[]): ObjectNote[] {
  const share = chance.real();
  return live.filter(() => chance.happens(share));
}

/** Objects that were allocated in a row stay or go together. */
function inRuns({ chance }: ObjectRun, live: readonly ObjectNote[]): ObjectNote[] {
  const stay = chance.magnitude(1, 64);
  const go = chance.magnitude(1, 64);
  const first = chance.below(stay + go);
  return live.filter((_, i) => (first + i) % (stay + go) < stay);
}

/** Of each size class whole windows of slots, as far as they are allocated one after the other; now and then one less. */
function byWindows({ chance }: ObjectRun, live: readonly ObjectNote[]): ObjectNote[] {
  const counts = new Map<number, number>();
  const windows = chance.word() | chance.word();
  return live.filter(({ sizeclass }) => {
    const index = counts.get(sizeclass) ?? 0;
    counts.set(sizeclass, index + 1);
    return ((windows >>> (index / WINDOW)) & 1) === 1 && !chance.happens(1 / 1024);
  });
}

/** One object of each span, of those that hold several: spans that are neither full nor empty. */
function oneASpan({ chance }: ObjectRun, live: readonly ObjectNote[]): ObjectNote[] {
  let next = chance.below(8);
  return live.filter(({ sizeclass }, i) => {
    if (i < next) return false;
    next = i + Math.max(1, CLASS_TO_COUNT[sizeclass] >> chance.below(3));
    return true;
  });
}

function shuffle({ chance }: ObjectRun, notes: ObjectNote[]): void {
  for (let i = notes.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    [notes[i], notes[j]] = [notes[j], notes[i]];
  }
}
