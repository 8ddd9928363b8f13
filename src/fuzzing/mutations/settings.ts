import type { Chance } from '../../programs/chance.js';
import { drawConfig } from '../../programs/random-config.js';
import type { HeapConfig } from '../../spec/index.js';
import { MAX_ARENA_PAGES, PAGE_SIZE } from '../../spec/index.js';
import type { Mutation } from './mutation.js';

/** Shares of requests for memory that the host refuses. */
const REFUSALS = [0, 0, 1 / 16, 1 / 4, 1 / 2, 1];

/** Mutations of what a program runs on. */
export const CHANGING_SETTINGS = [
  {
    name: 'configure',
    what: 'Run the same commands on a heap that is built for something else.',
    change: (chance, program) => ({ ...program, config: otherConfig(chance, program.config) }),
  },
  {
    name: 'host',
    what: 'Let the host decide otherwise.',
    change: (chance, program) => ({
      ...program,
      host: { seed: chance.word(), refusals: chance.pick(REFUSALS) },
    }),
  },
] as const satisfies readonly Mutation[];

/** The same configuration but for one setting, or for all that has to do with growth. */
function otherConfig(chance: Chance, config: HeapConfig): HeapConfig {
  const drawn = drawConfig(chance, { fixed: {}, maxArenaPages: MAX_ARENA_PAGES });
  switch (chance.below(6)) {
    case 0:
      return { ...config, physPageSize: drawn.physPageSize };
    case 1:
      return { ...config, arenaPages: otherLength(chance, config, drawn.arenaPages) };
    case 2:
      return { ...config, procs: chance.between(1, 8) };
    case 3:
      return { ...config, arenaStart: drawn.arenaStart };
    case 4:
      return { ...config, maxHeapList: drawn.maxHeapList };
    default:
      return { ...config, growRound: drawn.growRound, heapAllocChunk: drawn.heapAllocChunk };
  }
}

/** Pages of an arena: a little more or less, half or twice as many, some chunks, or any. */
function otherLength(chance: Chance, { arenaPages, heapAllocChunk }: HeapConfig, drawn: number): number {
  const chunks = chance.between(1, 8) * (heapAllocChunk / PAGE_SIZE) + chance.between(-1, 1);
  const lengths = [arenaPages - 1, arenaPages + 1, arenaPages >> 1, arenaPages * 2, chunks, chunks, drawn];
  return Math.min(MAX_ARENA_PAGES, Math.max(1, Math.floor(chance.pick(lengths))));
}
