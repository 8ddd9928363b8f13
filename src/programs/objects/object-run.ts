import type { HeapConfig } from '../../spec/index.js';
import type { Chance } from '../chance.js';
import type { CommandName } from '../command-fields.js';
import { Ledger } from '../ledger.js';
import { WeightedChoice, swarmWeight } from '../weights.js';
import { reachablePages } from './object-config.js';
import { ObjectLedger } from './object-ledger.js';
import { Sizes } from './sizes.js';

/** All that is drawn once for a program with objects, and what is known of its heap so far. */
export interface ObjectRun {
  readonly chance: Chance;
  readonly config: HeapConfig;
  readonly swarm: ObjectSwarm;
  /** What it does while nothing is left to sweep, while something is, and while it mostly does other things. */
  readonly moves: Readonly<Record<'usual' | 'sweeping' | 'idle', WeightedChoice>>;
  /** Stacks, handles and the clock. */
  readonly ledger: Ledger;
  readonly objects: ObjectLedger;
  readonly sizes: Sizes;
  readonly habits: ObjectHabits;
}

/** What a program with objects does more or less of throughout. */
export interface ObjectHabits {
  /** Objects that may be live at a time. */
  readonly maxLive: number;
  /** Pages that may be live at a time. */
  readonly maxPages: number;
  /** Commands between two cycles, about. */
  readonly stretch: number;
  /** Share of objects, 0 to 1, that must be zeroed. */
  readonly needzeroShare: number;
  /** Share of objects, 0 to 1, that can hold pointers. */
  readonly scanShare: number;
  /** Share of commands, 0 to 1, in the course of which others may run. */
  readonly nestedShare: number;
  /** Share of commands, 0 to 1, on the cache with the lowest number. */
  readonly mainCacheShare: number;
}

/** The commands between two cycles. */
export const MUTATOR_COMMANDS = [
  'malloc',
  'allocStack',
  'freeStack',
  'tick',
  'scavenge',
  'freeOSMemory',
  'query',
  'addFinalizer',
  'removeFinalizer',
  'setProfile',
  'flush',
  'addProc',
  'removeProc',
  'sweepone',
] as const satisfies readonly CommandName[];

/** How often each command occurs between two cycles, compared with the others; 0 where it is switched off. */
export type ObjectSwarm = Readonly<Record<(typeof MUTATOR_COMMANDS)[number], number>>;

const USUAL: ObjectSwarm = {
  malloc: 24,
  allocStack: 1,
  freeStack: 1,
  tick: 0.5,
  scavenge: 0.5,
  freeOSMemory: 0.25,
  query: 1.5,
  addFinalizer: 2,
  removeFinalizer: 0.5,
  setProfile: 1,
  flush: 0.6,
  addProc: 0.5,
  removeProc: 0.5,
  sweepone: 0.5,
};

/** How many times more often spans are swept one by one while there are some to sweep. */
const SWEEPS = 12;

/** How many times less often than usual objects are allocated where mostly other things are done. */
const IDLE = 16;

/** Draws all that holds for a whole program of `length` commands. */
export function drawObjectRun(chance: Chance, config: HeapConfig, length: number): ObjectRun {
  const habits = drawHabits(chance, config, length);
  const swarm = drawSwarm(chance);
  return {
    chance,
    config,
    swarm,
    moves: {
      usual: choiceOf(swarm),
      sweeping: choiceOf({ ...swarm, sweepone: swarm.sweepone * SWEEPS }),
      idle: choiceOf({ ...swarm, malloc: USUAL.malloc / IDLE }),
    },
    ledger: new Ledger(config.arenaPages),
    objects: new ObjectLedger(config.procs),
    sizes: new Sizes(chance, habits.maxPages),
    habits,
  };
}

function drawSwarm(chance: Chance): ObjectSwarm {
  if (chance.happens(1 / 8)) return USUAL;
  const swarm: Record<(typeof MUTATOR_COMMANDS)[number], number> = { ...USUAL };
  // Nothing happens without objects.
  for (const name of MUTATOR_COMMANDS) if (name !== 'malloc') swarm[name] = swarmWeight(chance, swarm[name]);
  return swarm;
}

function choiceOf(swarm: ObjectSwarm): WeightedChoice {
  return new WeightedChoice(MUTATOR_COMMANDS.map((name) => swarm[name]));
}

function drawHabits(chance: Chance, config: HeapConfig, length: number): ObjectHabits {
  return {
    maxLive: chance.magnitude(16, Math.max(32, length >> 1)),
    // Caches hold more spans than the ledger counts, and what is free may be in pieces.
    maxPages: Math.max(
      1,
      Math.min(reachablePages(config) >> 1, chance.magnitude(16, chance.happens(1 / 8) ? 8192 : 2048)),
    ),
    stretch: chance.magnitude(8, Math.max(16, length >> 1)),
    needzeroShare: chance.pick([0, 1 / 2, 1]),
    scanShare: chance.pick([0, 1 / 2, 1 / 2, 1]),
    nestedShare: chance.pick([0, 1 / 2, 1]),
    mainCacheShare: chance.pick([0, 1 / 2, 7 / 8]),
  };
}
