import type { Program } from '../programs/index.js';
import type { Feature } from './features.js';

/** A program that is kept, since it is the smallest that shows some feature. */
export interface CorpusEntry {
  /** Names the program, and no other: the hash of its text. */
  readonly id: string;
  readonly program: Program;
  /** All features of its run. */
  readonly features: readonly Feature[];
}

/** What became of a program that was offered to a corpus. */
export interface Offered {
  /** The entry, where it was taken in. */
  readonly kept?: CorpusEntry;
  /** Entries that had to go, since each of their features is shown by a smaller one, or for want of room. */
  readonly dropped: readonly CorpusEntry[];
}
