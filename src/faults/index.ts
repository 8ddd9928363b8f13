export { CANARIES, canaryHeap, objectCanaryHeap } from './canaries.js';
export type { Canary } from './canaries.js';
export { FAULTS, faultyHeap } from './catalogue.js';
export type { Fault, HeapPart } from './fault.js';
export { CANARY_SPARES_PAGES } from './forgets-dirt.js';
