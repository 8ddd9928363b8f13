import type { NamedProgram } from './corpus.js';
import type { Feature } from './features.js';

/** A program, and what it shows. */
export interface ShowingProgram extends NamedProgram {
  /** All features of its run. */
  readonly features: readonly Feature[];
}

/**
 * A small part of a corpus that shows all features which the whole shows: again and again the entry that shows the most
 * of what is still missing for its commands, as far as it is worth its place. The order of the entries does not matter.
 */
export function minimiseCorpus<Entry extends ShowingProgram>(entries: readonly Entry[]): Entry[] {
  const missing = new Set<Feature>(entries.flatMap(({ features }) => features));
  const candidates = entries.map((entry) => ({ entry, gain: gainOf(entry, missing) })).sort(byGain);
  const cover: Entry[] = [];
  while (missing.size > 0) {
    const [best] = candidates;
    // What an entry adds only becomes less: one that still adds as much as it did before is the best.
    const gain = gainOf(best.entry, missing);
    if (gain < best.gain) {
      best.gain = gain;
      settle(candidates);
      continue;
    }
    cover.push(best.entry);
    for (const feature of best.entry.features) missing.delete(feature);
    candidates.shift();
  }
  return withoutNeedless(cover);
}

interface Candidate {
  readonly entry: ShowingProgram;
  /** Missing features that it showed when last looked at, for each of its commands. */
  gain: number;
}

function gainOf({ features, program }: ShowingProgram, missing: ReadonlySet<Feature>): number {
  let found = 0;
  for (const feature of new Set(features)) if (missing.has(feature)) found++;
  return found / Math.max(1, program.commands.length);
}

/** The greatest gain first; of equal ones the smaller program, and then by name. */
function byGain(a: Candidate, b: Candidate): number {
  return b.gain - a.gain || bySize(a.entry, b.entry);
}

function bySize(a: ShowingProgram, b: ShowingProgram): number {
  return a.program.commands.length - b.program.commands.length || (a.id < b.id ? -1 : Number(a.id > b.id));
}

/** Brings the first candidate to where its gain belongs now. */
function settle(candidates: Candidate[]): void {
  const first = candidates[0];
  let [low, high] = [1, candidates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byGain(candidates[middle], first) < 0) low = middle + 1;
    else high = middle;
  }
  candidates.splice(low, 0, first);
  candidates.shift();
}

/** Leaves out, the largest first, what later choices have made needless. */
function withoutNeedless<Entry extends ShowingProgram>(cover: readonly Entry[]): Entry[] {
  const shownBy = new Map<Feature, number>();
  for (const { features } of cover) {
    for (const feature of new Set(features)) shownBy.set(feature, (shownBy.get(feature) ?? 0) + 1);
  }
  const needless = new Set<Entry>();
  for (const entry of cover.toSorted((a, b) => bySize(b, a))) {
    const features = [...new Set(entry.features)];
    if (features.some((feature) => shownBy.get(feature) === 1)) continue;
    needless.add(entry);
    for (const feature of features) shownBy.set(feature, (shownBy.get(feature) ?? 0) - 1);
  }
  return cover.filter((entry) => !needless.has(entry));
}
