export { ReferenceHeap, referenceHeap } from './reference-heap.js';
