import { Option } from 'commander';
import { canaryHeap } from '../faults/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { referenceHeap } from '../reference/index.js';
import type { HeapFactory } from '../spec/index.js';

const HEAPS = { reference: referenceHeap, optimized: optimizedHeap, canary: canaryHeap } as const;

/** The name of a heap on the command line. */
export type HeapName = keyof typeof HEAPS;

/** Which heaps a command works on: both, or one by itself. */
export type HeapChoice = 'both' | HeapName;

/** What `--heap` says about programs, for the help of commands that run them in lockstep. */
export const HEAP_CHOICE_HELP =
  'which heap: both, or one by itself (canary: a faulty one, beside the reference)';

/** The heap of that name. */
export function heapOf(name: HeapName): HeapFactory {
  return HEAPS[name];
}

/** The heaps that each replay a trace. */
export function heapsOf(choice: HeapChoice): readonly HeapName[] {
  return choice === 'both' ? ['reference', 'optimized'] : [choice];
}

/**
 * The heaps that run a program in lockstep; the first one gives what is expected. One heap by itself leaves the
 * invariants, the memory checks and what the program expects. The canary has a fault to show, and runs beside the
 * reference.
 */
export function lockstepHeaps(choice: HeapChoice): readonly [HeapFactory, ...HeapFactory[]] {
  switch (choice) {
    case 'both':
      return [referenceHeap, optimizedHeap];
    case 'canary':
      return [referenceHeap, canaryHeap];
    default:
      return [heapOf(choice)];
  }
}

/** The option `--heap` of commands that compare heaps. */
export function heapChoiceOption(): Option {
  return new Option('--heap <name>', HEAP_CHOICE_HELP)
    .choices(['both', ...Object.keys(HEAPS)] satisfies string[])
    .default('both');
}

/** The option `--heap` of commands that run one heap. */
export function heapOption(): Option {
  return new Option('--heap <name>', 'which heap runs it').choices(Object.keys(HEAPS)).default('optimized');
}
