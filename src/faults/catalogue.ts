import { optimizedHeap } from '../optimized/index.js';
import type { HeapFactory } from '../spec/index.js';
import type { Fault } from './fault.js';
import { FAULTS_IN_COLLECTOR } from './in-collector.js';
import { FAULTS_IN_OBJECTS } from './in-objects.js';
import { FAULTS_IN_PAGES } from './in-pages.js';

/**
 * Planted faults, one at least for each part of the heap. Each is such as a person makes, in the optimized heap, where
 * it would arise. They are there to be found: by campaigns, which show by that what they are able to see.
 */
export const FAULTS: readonly Fault[] = [...FAULTS_IN_PAGES, ...FAULTS_IN_OBJECTS, ...FAULTS_IN_COLLECTOR];

/** Optimized heaps with a planted fault; they are called `fault:` and its name. */
export function faultyHeap(fault: Fault): HeapFactory {
  return { ...fault.plant(optimizedHeap), name: `fault:${fault.name}` };
}
