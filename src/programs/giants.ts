import { MAX_ARENA_PAGES } from '../spec/index.js';
import type { Chance } from './chance.js';

/**
 * Pages from which on a span is a giant: 8 GiB. A heap may well keep its few longest spans in another way than all the
 * others; the largest arena has room for 64 of these.
 */
const GIANT = 2 ** 20;

/** Pages of the smallest arena in which several giants can be free while others are live. */
export const LEAST_GIANT_ARENA = 4 * GIANT;

/** Giants that a run may have live at a time. They cost a heap 4 bytes a page, if it has a table of pages. */
const MOST_LIVE = 8;

/** Draws the pages of an arena with room for giants; mostly just for them, so that it can be used up. */
export function drawGiantArena(chance: Chance): number {
  return chance.happens(1 / 4) ? MAX_ARENA_PAGES : GIANT * chance.between(5, 10) + chance.between(-1, 1);
}

/** Draws the pages that a run with giants may have live at a time. */
export function drawGiantBudget(chance: Chance, arenaPages: number): number {
  return Math.min(arenaPages, GIANT * chance.between(4, MOST_LIVE));
}

/** Draws page counts that a run with giants comes back to. */
export function drawGiantFavourites(chance: Chance): readonly number[] {
  return Array.from({ length: chance.between(1, 2) }, () => drawGiantLength(chance));
}

/** Draws the pages of a giant, of the longest span that is none, or of a half that makes a giant with its neighbour. */
function drawGiantLength(chance: Chance): number {
  switch (chance.below(6)) {
    case 0:
      return GIANT - 1;
    case 1:
    case 2:
      return GIANT;
    case 3:
      return GIANT + 1;
    case 4:
      return GIANT / 2;
    default:
      return GIANT + chance.magnitude(1, GIANT / 4);
  }
}

/**
 * Least number of commands of a program with giants, where that many are allowed: with fewer, hardly any giant is ever
 * free, and a program of many commands has its states compared less often, which takes long for a heap with giants.
 */
export const LEAST_GIANT_COMMANDS = 128;
