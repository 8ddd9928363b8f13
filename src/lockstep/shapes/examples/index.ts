import type { ShapeName } from '../catalogue.js';
import { ALLOCATION_EXAMPLES } from './allocation.js';
import type { ShapeExample } from './example.js';
import { FREEING_EXAMPLES } from './freeing.js';
import { GROWTH_EXAMPLES } from './growth.js';
import { CYCLE_EXAMPLES } from './cycles.js';
import { INSIDE_EXAMPLES } from './insides.js';
import { MALLOC_EXAMPLES } from './mallocs.js';
import { MISUSE_EXAMPLES } from './misuse.js';
import { QUERY_EXAMPLES } from './queries.js';
import { SWEEPING_EXAMPLES } from './sweeping.js';

/** Two small programs for every shape: one that reaches it and one that nearly does. */
export const SHAPE_EXAMPLES: Readonly<Record<ShapeName, ShapeExample>> = {
  ...ALLOCATION_EXAMPLES,
  ...FREEING_EXAMPLES,
  ...GROWTH_EXAMPLES,
  ...QUERY_EXAMPLES,
  ...MALLOC_EXAMPLES,
  ...CYCLE_EXAMPLES,
  ...SWEEPING_EXAMPLES,
  ...INSIDE_EXAMPLES,
  ...MISUSE_EXAMPLES,
};
