import { Option } from 'commander';
import { canaryHeap, objectCanaryHeap, type CANARIES } from '../faults/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { referenceHeap } from '../reference/index.js';
import type { HeapFactory } from '../spec/index.js';
import type { Beacon } from './beacon.js';
import { watchedHeap } from './watched-heap.js';

const HEAPS = {
  reference: referenceHeap,
  optimized: optimizedHeap,
  canary: canaryHeap,
  'object-canary': objectCanaryHeap,
} as const satisfies Record<CanaryName, HeapFactory> & Record<string, HeapFactory>;

/** The name of a canary. */
export type CanaryName = (typeof CANARIES)[number]['name'];

/** The name of a heap on the command line. */
export type HeapName = keyof typeof HEAPS;

/** All of them; a beacon calls each by its index here. */
export const HEAP_NAMES = Object.keys(HEAPS) as readonly HeapName[];

/** Which heaps a command works on: both, or one by itself. */
export type HeapChoice = 'both' | HeapName;

/** What `--heap` says about programs, for the help of commands that run them in lockstep. */
export const HEAP_CHOICE_HELP =
  'which heap: both, or one by itself (canary, object-canary: a faulty one, beside the reference)';

/** The heap of that name. */
export function heapOf(name: HeapName): HeapFactory {
  return HEAPS[name];
}

/** The heap of that name, which tells a beacon of every call. */
export function watchedHeapOf(name: HeapName, beacon: Beacon): HeapFactory {
  return watchedHeap(HEAPS[name], HEAP_NAMES.indexOf(name), beacon);
}

/** The heaps that each replay a trace. */
export function heapsOf(choice: HeapChoice): readonly HeapName[] {
  return choice === 'both' ? ['reference', 'optimized'] : [choice];
}

/**
 * The heaps that run a program in lockstep; the first one gives what is expected. One heap by itself leaves the
 * invariants, the memory checks and what the program expects. A canary has a fault to show, and runs beside the
 * reference.
 */
export function lockstepHeaps(choice: HeapChoice): readonly [HeapName, ...HeapName[]] {
  switch (choice) {
    case 'both':
      return ['reference', 'optimized'];
    case 'canary':
    case 'object-canary':
      return ['reference', choice];
    default:
      return [choice];
  }
}

/** The option `--heap` of commands that compare heaps. */
export function heapChoiceOption(): Option {
  return new Option('--heap <name>', HEAP_CHOICE_HELP).choices(['both', ...HEAP_NAMES]).default('both');
}

/** The option `--heap` of commands that run one heap. */
export function heapOption(): Option {
  return new Option('--heap <name>', 'which heap runs it').choices(HEAP_NAMES).default('optimized');
}
