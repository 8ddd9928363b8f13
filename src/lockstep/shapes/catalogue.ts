import { ALLOCATION_SHAPES } from './allocation.js';
import { ARENA_SHAPES } from './arenas.js';
import { CACHE_SHAPES } from './caches.js';
import { CYCLE_SHAPES } from './cycles.js';
import { FREEING_SHAPES } from './freeing.js';
import { GROWTH_SHAPES } from './growth.js';
import { INSIDE_SHAPES } from './insides.js';
import { MALLOC_SHAPES } from './mallocs.js';
import { MISUSE_SHAPES } from './misuse.js';
import { QUERY_SHAPES } from './queries.js';
import { REUSE_SHAPES } from './reuse.js';
import { SCAVENGING_SHAPES } from './scavenging.js';
import type { Shape } from './shape.js';
import { SPECIALS_SHAPES } from './specials.js';
import { SWEEPING_SHAPES } from './sweeping.js';

/** All shapes there are, theme by theme. */
export const SHAPES = [
  ...ALLOCATION_SHAPES,
  ...REUSE_SHAPES,
  ...GROWTH_SHAPES,
  ...FREEING_SHAPES,
  ...SCAVENGING_SHAPES,
  ...QUERY_SHAPES,
  ...SPECIALS_SHAPES,
  ...MALLOC_SHAPES,
  ...CACHE_SHAPES,
  ...CYCLE_SHAPES,
  ...SWEEPING_SHAPES,
  ...ARENA_SHAPES,
  ...INSIDE_SHAPES,
  ...MISUSE_SHAPES,
] as const satisfies readonly Shape[];

/** The name of a shape of the catalogue. */
export type ShapeName = (typeof SHAPES)[number]['name'];
