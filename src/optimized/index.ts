export type { PlainMethods } from './plain-methods.js';
export { OptimizedHeap, optimizedHeap } from './optimized-heap.js';
