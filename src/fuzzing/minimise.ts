import type { CorpusEntry } from './corpus.js';

/**
 * A small part of a corpus that shows all features which the whole shows: again and again the entry that shows the most
 * of what is still missing for its commands. The order of the entries does not matter.
 */
export function minimiseCorpus<Entry extends CorpusEntry>(_entries: readonly Entry[]): Entry[] {
  throw new Error('to come');
}
