import { MAX_REQUEST_PAGES, PAGE_SIZE, type HeapConfig } from '../spec/index.js';
import type { Chance } from './chance.js';
import type { Ledger } from './ledger.js';
import { WeightedChoice, swarmWeight } from './weights.js';

/** What a family draws its page counts from. */
interface Source {
  readonly chance: Chance;
  readonly arenaPages: number;
  /** Pages that the run may have live at a time. */
  readonly budget: number;
  /** Pages by which the heap grows at least. */
  readonly chunk: number;
  /** Page counts at which something changes. */
  readonly boundaries: readonly number[];
  /** Page counts to come back to: at least one. */
  favourites: readonly number[];
}

/** Which page counts a run comes back to, so that several spans of one length are free at a time. */
export interface Taste {
  /** Draws some favourites, at least one. */
  readonly drawFavourites: () => readonly number[];
  /** Share of all allocations, 0 to 1, that ask for a favourite, whatever the phase. */
  readonly share: number;
}

/** What a stretch of a program wants of the page counts of its allocations, apart from the run's mixture. */
export interface Wishes {
  /** Share of them, 0 to 1, that ask for what was freed lately. */
  readonly recycles: number;
  /** Share of the others, 0 to 1, that ask for a favourite. */
  readonly favours: number;
}

/** One way to draw page counts; what it draws may be out of range or over the budget. */
interface Family {
  readonly name: string;
  readonly weight: number;
  readonly draw: (source: Source, ledger: Ledger) => number;
}

/** The families of page counts that a run mixes; a run with all of its families off asks for single pages. */
const FAMILIES: readonly Family[] = [
  { name: 'small', weight: 8, draw: ({ chance }) => chance.between(1, 8) },
  { name: 'boundary', weight: 6, draw: ({ chance, boundaries }) => chance.pick(boundaries) },
  { name: 'power of two', weight: 2, draw: aroundPowerOfTwo },
  { name: 'any', weight: 8, draw: ({ chance, budget }) => chance.magnitude(1, budget) },
  { name: 'recycled', weight: 6, draw: recycled },
  { name: 'rest', weight: 2, draw: aroundRest },
  { name: 'too many', weight: 0.5, draw: tooMany },
];

/** The page counts that one run asks for: a mixture of families, each with the run's own weight. */
export class PageCounts {
  readonly #source: Source;
  readonly #family: WeightedChoice;
  readonly #taste: Taste;

  /** `budget`: the pages that the run may have live at a time. */
  constructor(chance: Chance, config: HeapConfig, budget: number, taste: Taste) {
    const chunk = Math.max(config.heapAllocChunk, config.growRound) / PAGE_SIZE;
    const boundaries = boundariesOf(config, chunk, budget);
    const favourites = taste.drawFavourites();
    this.#source = { chance, arenaPages: config.arenaPages, budget, chunk, boundaries, favourites };
    this.#taste = taste;
    const weights = FAMILIES.map(({ weight }) => swarmWeight(chance, weight));
    this.#family = new WeightedChoice(weights.some((weight) => weight > 0) ? weights : [1]);
  }

  /**
   * Draws the page count of the next allocation: 1 to 2^39. It is at most a page over the budget, unless it is meant
   * to be too many for the arena.
   */
  draw(ledger: Ledger, wishes: Wishes): number {
    const { chance, budget } = this.#source;
    const family = this.#drawFamily(wishes);
    const npages = Math.max(1, family(this.#source, ledger));
    const left = Math.max(1, budget - ledger.livePages);
    return npages <= left + 1 || family === tooMany ? npages : chance.between(1, Math.min(8, left));
  }

  /** Draws other favourites. */
  changeFavourites(): void {
    this.#source.favourites = this.#taste.drawFavourites();
  }

  /** Whether each of the favourites fits beside the live spans. */
  hasRoom({ livePages }: Ledger): boolean {
    const { budget, favourites } = this.#source;
    return livePages + Math.max(...favourites) <= budget;
  }

  #drawFamily({ recycles, favours }: Wishes): Family['draw'] {
    const { chance } = this.#source;
    if (recycles > 0 && chance.happens(recycles)) return recycled;
    const share = Math.max(favours, this.#taste.share);
    if (share > 0 && chance.happens(share)) return favourite;
    return FAMILIES[this.#family.draw(chance)].draw;
  }
}

/** Draws favourites: large spans, if several of them may be live, else any. */
export function drawFavourites(
  chance: Chance,
  { maxHeapList }: HeapConfig,
  budget: number,
): readonly number[] {
  const most = Math.max(1, budget >> 3);
  const least = maxHeapList <= most && chance.happens(3 / 4) ? maxHeapList : 1;
  const count = chance.between(1, 3);
  return Array.from({ length: count }, () => chance.magnitude(least, most));
}

function boundariesOf(config: HeapConfig, chunk: number, budget: number): number[] {
  const npages = [1, 2];
  const around = [config.maxHeapList, config.physPageSize / PAGE_SIZE, config.growRound / PAGE_SIZE, chunk];
  for (const bound of [...around, config.arenaPages]) npages.push(bound - 1, bound, bound + 1);
  // Half a page for physical pages of 4096 bytes is no bound.
  return npages.filter((count) => Number.isInteger(count) && count >= 1 && count <= budget);
}

function aroundPowerOfTwo({ chance, budget }: Source): number {
  return 2 ** chance.below(32 - Math.clz32(budget)) + chance.between(-1, 1);
}

function favourite({ chance, favourites }: Source): number {
  return chance.pick(favourites);
}

/** What was freed lately, alone or two of it together, a page more or less at times. */
function recycled({ chance }: Source, ledger: Ledger): number {
  if (ledger.freedCount === 0) return chance.between(1, 8);
  const age = chance.below(ledger.freedCount);
  const { npages } = ledger.freed(age);
  switch (chance.below(4)) {
    case 0:
      return npages;
    case 1:
      return npages + chance.pick([-1, 1]);
    default:
      // Spans that were freed one after the other may be neighbours, and one span by now.
      return npages + (age > 0 ? ledger.freed(age - 1).npages : 0);
  }
}

/** What is left of the arena or of the last chunk, exactly or within a page. */
function aroundRest({ chance, arenaPages, chunk }: Source, ledger: Ledger): number {
  const rest = chance.happens(1 / 2)
    ? arenaPages - ledger.livePages
    : chunk - (Math.max(ledger.livePages, chance.happens(1 / 2) ? ledger.peakPages : 0) % chunk);
  return rest + chance.pick([-1, 0, 0, 1]);
}

/** More than fits: a page more than is free or than the arena has, or legal but absurd. */
function tooMany({ chance, arenaPages, budget }: Source, ledger: Ledger): number {
  switch (chance.below(4)) {
    case 0:
      // In an arena that the run never fills, more than is free may after all be there.
      return arenaPages > budget ? arenaPages + 1 : arenaPages - ledger.livePages + 1;
    case 1:
      return chance.magnitude(arenaPages + 1, MAX_REQUEST_PAGES);
    case 2:
      return MAX_REQUEST_PAGES;
    default:
      return arenaPages + 1;
  }
}
