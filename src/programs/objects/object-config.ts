import type { HeapConfig } from '../../spec/index.js';
import type { Chance } from '../chance.js';
import { OBLIGING_HOST, type HostScript } from '../program.js';
import { drawConfig, drawHost, type ConfigLimits } from '../random-config.js';

/** Draws a configuration for a program with objects: mostly with room for some, and with several caches. */
export function drawObjectConfig(chance: Chance, { fixed, maxArenaPages }: ConfigLimits): HeapConfig {
  const arenaPages = Math.min(drawArenaPages(chance), maxArenaPages);
  return drawConfig(chance, { fixed: { arenaPages, procs: drawProcs(chance), ...fixed }, maxArenaPages });
}

/** Draws what the host does of its own accord: a refusal of memory mostly ends a program with objects. */
export function drawObjectHost(chance: Chance, refusals: boolean): HostScript {
  const host = drawHost(chance, refusals);
  return chance.happens(1 / 4) ? host : { ...host, refusals: OBLIGING_HOST.refusals };
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
