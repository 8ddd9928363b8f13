import type { Chance } from '../programs/chance.js';
import type { Corpus, CorpusEntry } from './corpus.js';

/** Features of which the best is taken, at most: the more, the more it is the rare ones that are chosen. */
const MOST_COMPARED = 32;

/**
 * Chooses an entry to make a program of: the smallest program that shows some feature, rather one that few runs showed
 * and that costs little. Undefined where there is none.
 */
export function pickParent(chance: Chance, corpus: Corpus): CorpusEntry | undefined {
  const features = chance.happens(1 / 2) ? corpus.shapes : corpus.known;
  if (features.length === 0) return undefined;
  let best: { readonly entry: CorpusEntry; readonly reluctance: number } | undefined;
  for (let left = chance.magnitude(1, MOST_COMPARED); left > 0; left--) {
    const { entry, runs } = chance.pick(features);
    if (entry === undefined) continue;
    const reluctance = runs * entry.cost;
    if (best === undefined || reluctance < best.reluctance) best = { entry, reluctance };
  }
  return best?.entry ?? corpus.any;
}
