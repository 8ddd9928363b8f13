export { CLAUSES, HEADINGS, THEMES, type Clause, type Source, type Theme } from './clauses/index.js';
export { clausesOf, clausesOfMismatch, clausesOfSigns, type Signs } from './clauses-of.js';
export { parseExample, type Example, type Show } from './example.js';
export { aspectOf, missedBy, observedAt, observeProgram, type Aspect, type Missed } from './observe.js';
export { specificationPages } from './specification-pages.js';
