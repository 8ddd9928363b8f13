import { ALLOCATION } from './allocation.js';
import { ARENA } from './arena.js';
import { BITS } from './bits.js';
import { CACHES } from './caches.js';
import { CENTRAL } from './central.js';
import type { Clause, Theme } from './clause.js';
import { CYCLES } from './cycles.js';
import { FREEING } from './freeing.js';
import { GROWTH } from './growth.js';
import { INTERLEAVING } from './interleaving.js';
import { MALLOC } from './malloc.js';
import { MISUSE } from './misuse.js';
import { PROPORTION } from './proportion.js';
import { QUERIES } from './queries.js';
import { SCAVENGING } from './scavenging.js';
import { SIZE_CLASSES } from './size-classes.js';
import { SPECIALS } from './specials.js';
import { SWEEPING } from './sweeping.js';

export { HEADINGS, type Clause, type Source, type Theme } from './clause.js';

/** The whole specification, theme by theme, in the order in which it is best read. */
export const THEMES: readonly Theme[] = [
  ARENA,
  ALLOCATION,
  GROWTH,
  FREEING,
  SCAVENGING,
  QUERIES,
  SPECIALS,
  SIZE_CLASSES,
  BITS,
  CENTRAL,
  CACHES,
  MALLOC,
  CYCLES,
  SWEEPING,
  PROPORTION,
  INTERLEAVING,
  MISUSE,
];

/** All clauses of the specification. */
export const CLAUSES: readonly Clause[] = THEMES.flatMap(({ clauses }) => clauses);
