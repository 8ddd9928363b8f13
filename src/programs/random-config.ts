import {
  DEFAULT_CONFIG,
  MAX_ARENA_PAGES,
  MAX_ARENA_START,
  MAX_HEAP_LIST,
  PAGE_SIZE,
  heapConfig,
  type HeapConfig,
} from '../spec/index.js';
import type { Chance } from './chance.js';
import { drawGiantArena } from './giants.js';
import { OBLIGING_HOST, type HostScript } from './program.js';

/** What a caller has settled about the configurations to draw. */
export interface ConfigLimits {
  /** Settings that are not drawn. */
  readonly fixed: Partial<HeapConfig>;
  /** Most pages of an arena. */
  readonly maxArenaPages: number;
}

/**
 * Draws a configuration: every setting at its bounds, at the runtime's own value, and in between.
 *
 * @param giants Whether the arena should be long enough for giants.
 */
export function drawConfig(chance: Chance, limits: ConfigLimits, giants = false): HeapConfig {
  const { fixed, maxArenaPages } = limits;
  const arena = giants ? drawGiantArena(chance) : drawArenaPages(chance);
  const arenaPages = fixed.arenaPages ?? Math.min(arena, maxArenaPages);
  const drawn = {
    // The lesser of two draws: small physical pages are what most machines have.
    physPageSize: 2 ** (12 + Math.min(chance.below(9), chance.below(9))),
    arenaPages,
    procs: chance.happens(3 / 4) ? 1 : chance.magnitude(1, chance.happens(1 / 32) ? 1024 : 8),
    arenaStart: drawArenaStart(chance),
  };
  // An arena that is shorter than what the heap rounds its growth to can never have a span.
  const small = arenaPages < 16 ? chance.happens(15 / 16) : chance.happens(1 / 3);
  const growth = small ? drawGrowth(chance, arenaPages, fixed) : {};
  return heapConfig({ ...drawn, ...growth, ...fixed });
}

/** Draws what the host does of its own accord; in a share of runs it refuses memory. */
export function drawHost(chance: Chance, refusals: boolean): HostScript {
  const seed = chance.happens(1 / 2) ? OBLIGING_HOST.seed : chance.word();
  const refuses = refusals && chance.happens(1 / 8);
  return { seed, refusals: refuses ? chance.pick([1 / 16, 1 / 4, 1 / 2, 7 / 8, 1]) : 0 };
}

function drawArenaPages(chance: Chance): number {
  switch (chance.below(8)) {
    // Too small to grow by a whole chunk, or for a few of them only.
    case 0:
      return chance.between(1, 16);
    case 1:
    case 2:
      return chance.between(1, 300);
    // A whole number of chunks, and the pages next to it.
    case 3:
      return 128 * chance.between(1, 8) + chance.between(-1, 1);
    case 4:
    case 5:
      return chance.magnitude(256, DEFAULT_CONFIG.arenaPages);
    case 6:
      return MAX_ARENA_PAGES;
    default:
      return DEFAULT_CONFIG.arenaPages;
  }
}

function drawArenaStart(chance: Chance): number {
  switch (chance.below(8)) {
    // The arena's first byte is the nil pointer.
    case 0:
      return 0;
    case 1:
      return MAX_ARENA_START;
    case 2:
    case 3:
      return chance.below(MAX_ARENA_START / 2 ** 20 + 1) * 2 ** 20;
    default:
      return DEFAULT_CONFIG.arenaStart;
  }
}

/** Draws how the heap grows and lists its spans: on a smaller scale than the runtime. */
function drawGrowth(chance: Chance, arenaPages: number, fixed: Partial<HeapConfig>): Partial<HeapConfig> {
  const exponent = Math.min(chance.below(8), chance.below(8), 31 - Math.clz32(arenaPages));
  const growRound = fixed.growRound ?? dividing(fixed.heapAllocChunk ?? 0, PAGE_SIZE * 2 ** exponent);
  return {
    growRound,
    heapAllocChunk: growRound * chance.below(17),
    maxHeapList: chance.happens(1 / 3) ? MAX_HEAP_LIST : chance.magnitude(1, MAX_HEAP_LIST),
  };
}

/** The wanted rounding, halved until it divides the bytes of a chunk. */
function dividing(chunk: number, wanted: number): number {
  let round = wanted;
  while (chunk % round !== 0) round /= 2;
  return round;
}
