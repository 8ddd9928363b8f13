import type { Divergence } from '../lockstep/index.js';
import type { Breakdown, Declaration, Level, Profile } from './contract.js';

/**
 * What a run says of a clause.
 *
 * - `passed`: its example ran, and no finding names it.
 * - `failed`: a finding names it.
 * - `not-exercised`: its example could not be put to the implementation, or did not come that far.
 * - `unsupported`: it belongs to a profile or a level that the implementation does not claim.
 *
 * The others say how the implementation broke down over the clause's example.
 */
export type Verdict = 'passed' | 'failed' | 'not-exercised' | 'unsupported' | Breakdown['kind'];

/** What a run says of one clause. */
export interface ClauseVerdict {
  /** The clause's id, such as `alloc.best-fit.tie`. */
  readonly clause: string;
  readonly verdict: Verdict;
  /** Indexes of the findings that name the clause, in {@link ConformanceReport.findings}. */
  readonly findings: readonly number[];
}

/** Where a failing program came from. */
export type CaseOrigin =
  | { readonly kind: 'example'; readonly clause: string }
  | { readonly kind: 'trace'; readonly trace: string }
  | { readonly kind: 'generated'; readonly seed: number; readonly index: number }
  | { readonly kind: 'given'; readonly index: number };

/** Something that is wrong with an implementation, and the least program that was found to show it. */
export interface ConformanceFinding {
  /** How the implementation broke down; absent where it answered, but wrongly. */
  readonly breakdown?: Breakdown;
  /** What is wrong, and after which command; of a breakdown, the last command that was answered. */
  readonly divergence: Divergence;
  /** Ids of the clauses that it breaks, the likeliest first; empty where no clause speaks of it. */
  readonly clauses: readonly string[];
  readonly origin: CaseOrigin;
  /** The program as text, shrunk against the implementation itself; absent where a trace can't be said as one. */
  readonly program?: string;
  /** Whether it is proven that nothing smaller fails. */
  readonly minimal: boolean;
  /** How often the implementation ran to make it small. */
  readonly shrinkRuns: number;
  /** How often the same was found, once or more. */
  readonly occurrences: number;
  /** What to type, or to call, to see it again. */
  readonly reproduction: string;
}

/** How much was run. */
export interface ConformanceCounts {
  readonly examples: number;
  readonly traces: number;
  readonly generated: number;
  /** Programs that were given by the caller. */
  readonly given: number;
  /** Calls that were answered, those of shrinking left out. */
  readonly calls: number;
  /** Calls that the implementation skipped, since what they name was never given. */
  readonly skipped: number;
  /** States that were looked at. */
  readonly states: number;
}

/**
 * What came of holding an implementation to the specification. It knows nothing of time: the same run gives the same
 * report.
 */
export interface ConformanceReport {
  readonly declaration: Declaration;
  /** What it was held to: what it claims, or less where the caller wanted less. */
  readonly profile: Profile;
  readonly level: Level;
  /** The seed of the generated programs. */
  readonly seed: number;
  readonly counts: ConformanceCounts;
  /** In the order of the clauses. */
  readonly clauses: readonly ClauseVerdict[];
  readonly findings: readonly ConformanceFinding[];
  /** Why the run ended before all was done, where it did. */
  readonly stopped?: string;
  /** Whether it did all that it was to do and found nothing. */
  readonly conforms: boolean;
}
