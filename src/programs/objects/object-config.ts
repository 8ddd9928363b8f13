import { PAGE_SIZE, type HeapConfig } from '../../spec/index.js';
import type { Chance } from '../chance.js';
import { OBLIGING_HOST, type HostScript } from '../program.js';
import { drawConfig, drawHost, type ConfigLimits } from '../random-config.js';

/** Pages that a heap should be able to get, one growth after the other: as many as a few spans of any class. */
const FEW_PAGES = 24;

/** Draws a configuration for a program with objects: mostly with room for some, and with several caches. */
export function drawObjectConfig(chance: Chance, limits: ConfigLimits): HeapConfig {
  if (chance.happens(1 / 32)) return drawAnyConfig(chance, limits);
  let config = drawRoomyConfig(chance, limits);
  for (let attempt = 1; attempt < 4 && reachablePages(config) < FEW_PAGES; attempt++) {
    config = drawRoomyConfig(chance, limits);
  }
  return config;
}

/**
 * The pages that a heap gets by whole growths. A smaller one at the end of the arena goes unnoticed by the allocation
 * that asked for it, and that is fatal where it is one of an object.
 */
export function reachablePages(config: HeapConfig): number {
  const growth = growthPages(config);
  return Math.floor(config.arenaPages / growth) * growth;
}

/** The pages by which a heap grows at least. */
function growthPages({ heapAllocChunk, growRound }: HeapConfig): number {
  return Math.max(heapAllocChunk, growRound) / PAGE_SIZE;
}

/** The same goes for any growth that is short enough for a list of its own. */
function drawRoomyConfig(chance: Chance, limits: ConfigLimits): HeapConfig {
  const config = drawAnyConfig(chance, limits);
  return {
    ...config,
    maxHeapList: limits.fixed.maxHeapList ?? Math.min(config.maxHeapList, growthPages(config)),
  };
}

function drawAnyConfig(chance: Chance, { fixed, maxArenaPages }: ConfigLimits): HeapConfig {
  const arenaPages = Math.min(drawArenaPages(chance), maxArenaPages);
  return drawConfig(chance, { fixed: { arenaPages, procs: drawProcs(chance), ...fixed }, maxArenaPages });
}

/** Draws what the host does of its own accord: a refusal of memory mostly ends a program with objects. */
export function drawObjectHost(chance: Chance, refusals: boolean): HostScript {
  const host = drawHost(chance, refusals);
  return chance.happens(1 / 8) ? host : { ...host, refusals: OBLIGING_HOST.refusals };
}

function drawArenaPages(chance: Chance): number {
  switch (chance.below(8)) {
    case 0:
      return chance.magnitude(1, 64);
    case 1:
    case 2:
      return chance.between(64, 512);
    case 3:
      return 128 * chance.between(1, 8) + chance.between(-1, 1);
    default:
      return chance.magnitude(512, 65536);
  }
}

function drawProcs(chance: Chance): number {
  if (chance.happens(1 / 4)) return 1;
  return chance.happens(1 / 64) ? chance.magnitude(8, 1024) : chance.between(2, 6);
}
