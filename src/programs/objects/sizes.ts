import { CLASS_TO_SIZE, MAX_SMALL_SIZE, PAGE_SIZE, TINY_SIZE } from '../../spec/index.js';
import type { Chance } from '../chance.js';
import { WeightedChoice, swarmWeight } from '../weights.js';

/** What a family draws its sizes from. */
interface Source {
  readonly chance: Chance;
  /** The sizes that this run has more of than others. */
  readonly favourites: readonly number[];
  /** Pages that the run may have live at a time. */
  readonly budget: number;
}

/** One way to draw sizes of objects, in bytes; what it draws may be over the budget. */
interface Family {
  readonly name: string;
  readonly weight: number;
  readonly draw: (source: Source) => number;
}

/** The sizes of all classes. */
export const CLASS_SIZES: readonly number[] = CLASS_TO_SIZE.slice(1);

/** Sizes of which the last object of a span begins within 64 KiB, and ends behind them. */
export const LONG_SPAN_SIZES = [18432, 27264];

/** Pages of a large object at which lists or growth change, as far as they fit. */
const PAGE_BOUNDS = [5, 8, 16, 64, 127, 128, 129, 256];

/** The families of sizes that a run mixes; a run with all of them off has its favourites alone. */
const FAMILIES: readonly Family[] = [
  { name: 'tiny', weight: 4, draw: ({ chance }) => chance.between(1, TINY_SIZE - 1) },
  {
    name: 'class bound',
    weight: 6,
    draw: ({ chance }) => Math.max(1, chance.pick(CLASS_SIZES) + chance.between(-1, 1)),
  },
  { name: 'favourite', weight: 10, draw: favourite },
  { name: 'any small', weight: 3, draw: ({ chance }) => chance.magnitude(1, MAX_SMALL_SIZE) },
  { name: 'last small', weight: 0.5, draw: ({ chance }) => MAX_SMALL_SIZE + chance.between(-1, 1) },
  { name: 'long span', weight: 0.25, draw: ({ chance }) => chance.pick(LONG_SPAN_SIZES) },
  { name: 'pages', weight: 1.5, draw: aroundPages },
  {
    name: 'any large',
    weight: 0.5,
    draw: ({ chance, budget }) => chance.magnitude(MAX_SMALL_SIZE + 1, budget * PAGE_SIZE),
  },
];

/** The sizes of objects that one run asks for: a mixture of families, each with the run's own weight. */
export class Sizes {
  readonly #source: Source;
  readonly #family: WeightedChoice;

  /** `budget`: the pages that the run may have live at a time. */
  constructor(chance: Chance, budget: number) {
    const favourites = Array.from({ length: chance.between(1, 4) }, () => chance.pick(CLASS_SIZES));
    this.#source = { chance, budget, favourites };
    const weights = FAMILIES.map(({ weight }) => swarmWeight(chance, weight));
    this.#family = new WeightedChoice(
      weights.some((weight) => weight > 0) ? weights : FAMILIES.map(({ draw }) => Number(draw === favourite)),
    );
  }

  /** Draws the size of the next object, in bytes: small, unless so many pages are left for it. */
  draw(pagesLeft: number): number {
    const size = FAMILIES[this.#family.draw(this.#source.chance)].draw(this.#source);
    return size <= Math.max(MAX_SMALL_SIZE, pagesLeft * PAGE_SIZE) ? size : favourite(this.#source);
  }
}

function favourite({ chance, favourites }: Source): number {
  return Math.max(1, chance.pick(favourites) - (chance.happens(1 / 4) ? chance.below(8) : 0));
}

/** Whole pages, or a byte more or less. */
function aroundPages({ chance, budget }: Source): number {
  const npages = chance.happens(1 / 2) ? chance.pick(PAGE_BOUNDS) : chance.magnitude(5, Math.max(5, budget));
  return npages * PAGE_SIZE + chance.between(-1, 1);
}
