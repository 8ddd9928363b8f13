import { formatCount, formatMany } from './format.js';

/** What runs so far say of what they have not shown yet (Good and Turing; Chao's estimate for incidences). */
export interface Unseen {
  /** Runs so far. */
  readonly runs: number;
  /** Features seen so far. */
  readonly seen: number;
  /** Features seen in just one run. */
  readonly once: number;
  /** Features seen in just two runs. */
  readonly twice: number;
  /** Features that the next run is expected to show for the first time: `once / runs`; NaN before the first run. */
  readonly nextNew: number;
  /** Features not seen yet that such runs can show: a lower bound, as estimates go. */
  readonly unseen: number;
}

/**
 * Estimates what was not seen yet. It holds for runs that do not depend on each other.
 *
 * @param counts - for each feature the number of runs that showed it; those that are 0 do not count.
 */
export function estimateUnseen(runs: number, counts: Iterable<number>): Unseen {
  let [seen, once, twice] = [0, 0, 0];
  for (const count of counts) {
    if (count > 0) seen++;
    if (count === 1) once++;
    if (count === 2) twice++;
  }
  // Where nothing was seen just twice the quotient has no meaning, and this form of Chao's takes its place.
  const lowerBound = twice > 0 ? (once * once) / (2 * twice) : (once * Math.max(0, once - 1)) / 2;
  const unseen = runs === 0 ? 0 : ((runs - 1) / runs) * lowerBound;
  return { runs, seen, once, twice, nextNew: once / runs, unseen };
}

/**
 * The same in plain words: a sentence or two.
 *
 * @param what - what was counted, one of them: `shape`.
 */
export function sayUnseen({ runs, seen, once, nextNew, unseen }: Unseen, what = 'feature'): string {
  if (runs === 0) return `Nothing can be said yet of ${what}s not seen: no usual program was drawn.`;
  const programs = `${formatMany(runs, 'drawn program')} of the usual kind`;
  const so = `${formatMany(seen, what)} in ${programs}, ${formatCount(once)} of them in one program only`;
  if (once === 0) return `${so}: more programs of this kind are unlikely to show others.`;
  const every =
    nextNew >= 1
      ? `about ${formatMany(Math.round(nextNew), 'new one')} a program`
      : `about one new one in ${formatCount(1 / nextNew)} programs`;
  return `${so}: expect ${every}; at least some ${formatCount(Math.max(1, unseen))} can still be reached by programs of this kind.`;
}
