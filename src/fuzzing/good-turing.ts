/** What runs so far say of what they have not shown yet (Good-Turing, and Chao's lower bound for incidences). */
export interface Unseen {
  /** Runs so far. */
  readonly runs: number;
  /** Features seen so far. */
  readonly seen: number;
  /** Features seen in just one run. */
  readonly once: number;
  /** Features seen in just two runs. */
  readonly twice: number;
  /** Features that the next run is expected to show for the first time: `once / runs`. */
  readonly nextNew: number;
  /** Features not seen yet that such runs can show: at least so many, if the estimate is right. */
  readonly unseen: number;
}

/**
 * Estimates what was not seen yet.
 *
 * @param counts - for each feature the number of runs that showed it.
 */
export function estimateUnseen(_runs: number, _counts: Iterable<number>): Unseen {
  throw new Error('to come');
}

/** The same as a sentence or two in plain words. */
export function sayUnseen(_unseen: Unseen, _what?: string): string {
  throw new Error('to come');
}
