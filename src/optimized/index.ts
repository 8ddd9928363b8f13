export { OptimizedHeap, optimizedHeap } from './optimized-heap.js';
