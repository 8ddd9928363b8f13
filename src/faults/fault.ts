import type { HeapFactory } from '../spec/index.js';

/** A part of the heap that a fault can be in. */
export type HeapPart =
  | 'spans'
  | 'best fit'
  | 'large spans'
  | 'coalescing'
  | 'splitting'
  | 'growth'
  | 'scavenging'
  | 'statistics'
  | 'stacks'
  | 'zeroing'
  | 'queries'
  | 'objects'
  | 'size classes'
  | 'tiny objects'
  | 'large objects'
  | 'caches'
  | 'central lists'
  | 'marking'
  | 'mark bits'
  | 'sweeping'
  | 'reclaiming'
  | 'sweep credit'
  | 'specials'
  | 'interleaving';

/** A defect that can be planted in a heap, to see whether it is found. */
export interface Fault {
  /** In a few words, joined with hyphens, e.g. `forgets-dirt`. */
  readonly name: string;
  /** The part of the heap that it is in. */
  readonly part: HeapPart;
  /** What a heap with it does wrong, in a sentence that has the heap for its subject. */
  readonly what: string;
  /** The same heaps, but each with the fault; they keep their name. */
  readonly plant: (heaps: HeapFactory) => HeapFactory;
}
