export { CANARY_FAULT, CANARY_LEAST_COMMANDS, CANARY_SPARES_PAGES, canaryHeap } from './canary.js';
