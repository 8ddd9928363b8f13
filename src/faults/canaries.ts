import { referenceHeap } from '../reference/index.js';
import type { HeapFactory } from '../spec/index.js';
import type { Fault } from './fault.js';
import { forgetsDirt } from './forgets-dirt.js';
import { losesMarks } from './loses-marks.js';

/**
 * A canary: the reference heap with one planted fault. Every verification has to find it; one that does not is blind,
 * and what it says of other heaps is worth nothing. It is built on the reference, beside which it is judged: so the
 * fault is all that there is to find, and no real fault of another heap can be taken for it or hide it.
 *
 * The comparison of heaps, the golden traces and the memory checks can each find it alone.
 */
export interface Canary {
  /** The name of the heap. */
  readonly name: string;
  readonly fault: Fault;
  readonly heap: HeapFactory;
  /** Commands of the smallest program that shows the fault. */
  readonly leastCommands: number;
}

/** A canary of pages: an allocation shows its fault, and a free that tells of dirt. */
export const canaryHeap: HeapFactory = faulty('canary', forgetsDirt);

/** A canary of objects: an allocation shows its fault, and the mark of a cycle. */
export const objectCanaryHeap: HeapFactory = faulty('object-canary', losesMarks);

/** All canaries, those of pages first. */
export const CANARIES = [
  { name: 'canary', fault: forgetsDirt, heap: canaryHeap, leastCommands: 2 },
  { name: 'object-canary', fault: losesMarks, heap: objectCanaryHeap, leastCommands: 3 },
] as const satisfies readonly Canary[];

function faulty(name: string, fault: Fault): HeapFactory {
  return { ...fault.plant(referenceHeap), name };
}
