import type { Chance } from './chance.js';
import type { CommandName } from './command-fields.js';
import { WeightedChoice, swarmWeight } from './weights.js';

/** How often each command occurs in one run, compared with the others; 0 where it is switched off. */
export type Swarm = Readonly<Record<PageCommand, number>>;

/** The commands that a page heap knows, without objects. */
type PageCommand = Exclude<
  CommandName,
  'malloc' | 'flush' | 'addProc' | 'removeProc' | 'gcStart' | 'mark' | 'gcEnd' | 'sweepone'
>;

/** The commands that neither allocate nor free a span. */
export const OTHER_COMMANDS = [
  'tick',
  'scavenge',
  'freeOSMemory',
  'query',
  'addFinalizer',
  'removeFinalizer',
  'setProfile',
] as const satisfies readonly CommandName[];

/** Programs that are longer never go without freeing: the more spans live, the more an operation may cost. */
export const MAX_COMMANDS_WITHOUT_FREE = 128;

const USUAL: Swarm = {
  alloc: 8,
  allocStack: 3,
  free: 8,
  freeStack: 3,
  tick: 1,
  scavenge: 1,
  freeOSMemory: 0.5,
  query: 2,
  addFinalizer: 1,
  removeFinalizer: 1,
  setProfile: 1,
};

/** The names of the commands of programs without objects. */
export const PAGE_COMMANDS = Object.keys(USUAL) as readonly PageCommand[];

/**
 * Draws the weights of one run. Something allocates always; commands that need a heap span are off where none is ever
 * allocated.
 *
 * @param length Number of commands that the program will have.
 */
export function drawSwarm(chance: Chance, length: number): Swarm {
  if (chance.happens(1 / 8)) return USUAL;
  const swarm = drawWeights(chance);
  if (swarm.alloc === 0 && swarm.allocStack === 0) swarm.alloc = USUAL.alloc;
  if (swarm.alloc === 0) swarm.addFinalizer = swarm.removeFinalizer = swarm.setProfile = 0;
  if (length > MAX_COMMANDS_WITHOUT_FREE) {
    swarm.free ||= USUAL.free;
    swarm.freeStack ||= USUAL.freeStack;
  }
  return swarm;
}

function drawWeights(chance: Chance): Record<PageCommand, number> {
  const swarm = { ...USUAL };
  for (const name of PAGE_COMMANDS) swarm[name] = swarmWeight(chance, swarm[name]);
  return swarm;
}

/**
 * Draws whether a command is next that neither allocates nor frees, and which.
 *
 * @param idles How many times more often than the weights say.
 */
export function otherCommands(swarm: Swarm, idles: number): WeightedChoice {
  const memory = swarm.alloc + swarm.allocStack + swarm.free + swarm.freeStack;
  return new WeightedChoice([...OTHER_COMMANDS.map((name) => swarm[name] * idles), memory]);
}
