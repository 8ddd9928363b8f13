export { SHAPES, type ShapeName } from './catalogue.js';
export { ShapeCounter } from './counter.js';
export type { ShapeExample } from './examples/example.js';
export { SHAPE_EXAMPLES } from './examples/index.js';
export type { Shape, Tally } from './shape.js';
export { shapesOf } from './shapes-of.js';
export { ShapeTracker } from './tracker.js';
