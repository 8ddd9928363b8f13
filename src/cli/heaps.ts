import { InvalidArgumentError, Option } from 'commander';
import { canaryHeap, faultyHeap, FAULTS, objectCanaryHeap, type CANARIES } from '../faults/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { suggest } from '../programs/text/suggest.js';
import { referenceHeap } from '../reference/index.js';
import type { HeapFactory } from '../spec/index.js';
import type { Beacon } from './beacon.js';
import { watchedHeap } from './watched-heap.js';

/** What the name of an optimized heap with a planted fault begins with; the name of the fault follows. */
const FAULTY = 'fault:';

const NAMED = {
  reference: referenceHeap,
  optimized: optimizedHeap,
  canary: canaryHeap,
  'object-canary': objectCanaryHeap,
} as const satisfies Record<CanaryName, HeapFactory> & Record<string, HeapFactory>;

const FAULT_NAMES: readonly string[] = FAULTS.map(({ name }) => name);

/** The name of a canary. */
export type CanaryName = (typeof CANARIES)[number]['name'];

/** The name of a heap on the command line. */
export type HeapName = keyof typeof NAMED | `${typeof FAULTY}${string}`;

const HEAPS: Readonly<Record<HeapName, HeapFactory>> = {
  ...NAMED,
  ...Object.fromEntries(FAULTS.map(faultyHeap).map((heap) => [heap.name, heap])),
};

/** All of them; a beacon calls each by its index here. */
export const HEAP_NAMES = Object.keys(HEAPS) as readonly HeapName[];

/** Which heaps a command works on: both, or one by itself. */
export type HeapChoice = 'both' | HeapName;

/** What `--heap` says about programs, for the help of commands that run them in lockstep. */
export const HEAP_CHOICE_HELP =
  'which heap: both, or one by itself (canary, object-canary, fault:NAME: a faulty one, beside the reference)';

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
 * invariants, the memory checks and what the program expects. A canary or another planted fault has something to show,
 * and runs beside the reference.
 */
export function lockstepHeaps(choice: HeapChoice): readonly [HeapName, ...HeapName[]] {
  switch (choice) {
    case 'both':
      return ['reference', 'optimized'];
    case 'reference':
    case 'optimized':
      return [choice];
    default:
      return ['reference', choice];
  }
}

/** The option `--heap` of commands that compare heaps. */
export function heapChoiceOption(): Option {
  return namingHeaps(HEAP_CHOICE_HELP, ['both', ...Object.keys(NAMED)]).default('both');
}

/** The option `--heap` of commands that run one heap. */
export function heapOption(): Option {
  return namingHeaps('which heap runs it', Object.keys(NAMED)).default('optimized');
}

/** The names of the faults that `--heap` plants, in lines for a help text. */
export function listFaults(): string {
  return FAULT_NAMES.join(', ')
    .replaceAll(/(.{1,108})(?: |$)/g, '  $1\n')
    .trimEnd();
}

/** An option that takes one of `names`, or the name of a heap with a planted fault. */
function namingHeaps(description: string, names: readonly string[]): Option {
  return new Option('--heap <name>', description).choices(names).argParser((name: string) => {
    if (names.includes(name) || Object.hasOwn(HEAPS, name)) return name;
    const bare = name.startsWith(FAULTY) ? name.slice(FAULTY.length) : name;
    const nearest = suggest(bare, [...names, ...FAULT_NAMES]);
    const prefix = nearest !== undefined && FAULT_NAMES.includes(nearest) ? FAULTY : '';
    const hint = nearest === undefined ? '' : ` (did you mean ${prefix}${nearest}?)`;
    throw new InvalidArgumentError(
      bare === name
        ? `Allowed choices are ${names.join(', ')}, ${FAULTY}NAME${hint}.`
        : `There is no such fault${hint}. The faults:\n${listFaults()}`,
    );
  });
}
