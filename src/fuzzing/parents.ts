import type { Chance } from '../programs/chance.js';
import type { Corpus, CorpusEntry, Known } from './corpus.js';

/** Features of which the best is taken, at most: the more, the more it is the rare ones that are chosen. */
const MOST_COMPARED = 32;

/** What a program costs beyond its commands, in commands. */
const FEW_COMMANDS = 16;

/**
 * Chooses an entry to make a program of: the smallest program that shows some feature, rather one that few runs showed
 * and that is small. Undefined where there is none.
 */
export function pickParent(chance: Chance, corpus: Corpus): CorpusEntry | undefined {
  const features = chance.happens(1 / 2) ? corpus.shapes : corpus.known;
  if (features.length === 0) return undefined;
  let best: Known | undefined;
  for (let left = chance.magnitude(1, MOST_COMPARED); left > 0; left--) {
    const known = chance.pick(features);
    if (known.entry === undefined) continue;
    if (best === undefined || reluctance(known) < reluctance(best)) best = known;
  }
  return best?.entry ?? corpus.any;
}

/** The higher the less a feature is worth coming back to. */
function reluctance({ runs, least }: Known): number {
  return runs * (FEW_COMMANDS + least);
}
