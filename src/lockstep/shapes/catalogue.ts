import { ALLOCATION_SHAPES } from './allocation.js';
import { FREEING_SHAPES } from './freeing.js';
import { GROWTH_SHAPES } from './growth.js';
import { MISUSE_SHAPES } from './misuse.js';
import { QUERY_SHAPES } from './queries.js';
import { REUSE_SHAPES } from './reuse.js';
import { SCAVENGING_SHAPES } from './scavenging.js';
import type { Shape } from './shape.js';
import { SPECIALS_SHAPES } from './specials.js';

/** All shapes there are, theme by theme. */
export const SHAPES = [
  ...ALLOCATION_SHAPES,
  ...REUSE_SHAPES,
  ...GROWTH_SHAPES,
  ...FREEING_SHAPES,
  ...SCAVENGING_SHAPES,
  ...QUERY_SHAPES,
  ...SPECIALS_SHAPES,
  ...MISUSE_SHAPES,
] as const satisfies readonly Shape[];

/** The name of a shape of the catalogue. */
export type ShapeName = (typeof SHAPES)[number]['name'];
