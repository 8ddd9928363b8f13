import { DEFAULT_CONFIG, NUM_SIZE_CLASSES, type HeapConfig } from '../spec/index.js';
import type { Chance } from './chance.js';
import { Ledger } from './ledger.js';
import { drawGiantBudget, drawGiantFavourites } from './giants.js';
import { drawFavourites, PageCounts } from './page-counts.js';
import { drawSwarm, otherCommands, type Swarm } from './swarm.js';
import type { WeightedChoice } from './weights.js';

/** All that is drawn once for a program, and what is known of its heap so far. */
export interface Run {
  readonly chance: Chance;
  readonly config: HeapConfig;
  readonly swarm: Swarm;
  /** Chooses among the commands that neither allocate nor free; the number behind them stands for those that do. */
  readonly others: WeightedChoice;
  /** The same where the heap is left alone for a while. */
  readonly othersWhenIdle: WeightedChoice;
  readonly ledger: Ledger;
  readonly pageCounts: PageCounts;
  readonly habits: Habits;
}

/** What a program does more or less of throughout. */
export interface Habits {
  /** Spans that may be live at a time. */
  readonly maxLive: number;
  /** Pages that may be live at a time. */
  readonly maxLivePages: number;
  /** Share of heap spans, 0 to 1, that are for small objects, with as many pages as their size class wants. */
  readonly smallShare: number;
  /** The size classes of such spans. */
  readonly classes: readonly number[];
  /** Share of heap spans, 0 to 1, that must be zeroed. */
  readonly needzeroShare: number;
  /** Share of frees, 0 to 1, of spans that were written to. */
  readonly dirtyShare: number;
}

/** How many times more often than usual something else is done than to allocate and to free, where all is idle. */
const IDLE = 16;

const ALL_CLASSES = Array.from({ length: NUM_SIZE_CLASSES - 1 }, (_, i) => i + 1);

/** Draws all that holds for a whole program of `length` commands; `giants`: whether it has spans of 2^20 pages. */
export function drawRun(chance: Chance, config: HeapConfig, length: number, giants = false): Run {
  const habits = drawHabits(chance, config, giants);
  const { maxLivePages } = habits;
  const taste = {
    drawFavourites: () =>
      giants ? drawGiantFavourites(chance) : drawFavourites(chance, config, maxLivePages),
    share: giants ? 1 / 2 : 0,
  };
  const swarm = drawSwarm(chance, length);
  return {
    chance,
    config,
    swarm,
    others: otherCommands(swarm, 1),
    othersWhenIdle: otherCommands(swarm, IDLE),
    ledger: new Ledger(config.arenaPages),
    pageCounts: new PageCounts(chance, config, maxLivePages, taste),
    habits,
  };
}

function drawHabits(chance: Chance, config: HeapConfig, giants: boolean): Habits {
  return {
    maxLive: chance.happens(1 / 32) ? chance.magnitude(512, 4096) : chance.magnitude(4, 384),
    maxLivePages: giants
      ? drawGiantBudget(chance, config.arenaPages)
      : drawMaxLivePages(chance, config.arenaPages),
    smallShare: chance.pick([0, 1 / 8, 1 / 2, 7 / 8]),
    classes: chance.happens(1 / 2)
      ? ALL_CLASSES
      : Array.from({ length: chance.between(1, 4) }, () => chance.pick(ALL_CLASSES)),
    needzeroShare: chance.pick([0, 1 / 2, 1 / 2, 1]),
    dirtyShare: chance.pick([0, 1 / 4, 3 / 4, 1]),
  };
}

/** Mostly some MiB, since a host may own real memory; enough to fill an arena that is small. */
function drawMaxLivePages(chance: Chance, arenaPages: number): number {
  if (arenaPages <= 2048 && chance.happens(1 / 2)) return arenaPages;
  if (chance.happens(1 / 64)) return Math.min(arenaPages, DEFAULT_CONFIG.arenaPages / 2);
  return Math.min(arenaPages, chance.magnitude(8, chance.happens(1 / 4) ? 8192 : 2048));
}
