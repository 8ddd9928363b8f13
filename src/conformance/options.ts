import type { Divergence } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import type { Level, Profile } from './contract.js';
import type { ConformanceFinding } from './report.js';

/** What a run needs to know of a clause of the specification. */
export interface ConformanceClause {
  /** Such as `alloc.best-fit.tie`. */
  readonly id: string;
  /** The least profile that has it. */
  readonly profile: Profile;
  /** A program that shows it, as text. */
  readonly example: string;
}

/** How an implementation is held to the specification. */
export interface ConformanceOptions {
  /** What it is held to; by default, and at most, what it claims. A heap of this process claims all that it is held to. */
  readonly profile?: Profile;
  /** The operations that are asked of it; by default, and at most, those that it claims. */
  readonly level?: Level;
  /** Whether operations run inside of others, at claims; by default, and at most, where it claims that. */
  readonly interleaving?: boolean;
  /** The name of a heap of this process, for reports; others tell theirs. */
  readonly name?: string;
  /** Seeds the generated programs; by default 1. */
  readonly seed?: number;
  /** Generated programs, at most; by default 300. */
  readonly runs?: number;
  /** Most commands of a generated program: 1 to 10,000; by default 300. */
  readonly maxCommands?: number;
  /** Time, in ms, after which no new program is begun and none made smaller; by default there is no such limit. */
  readonly time?: number;
  /** Whether the recordings of the real heap are played, where the profile is `placement` or more; by default they are. */
  readonly traces?: boolean;
  /** Programs to run instead of all others, as they are written. */
  readonly programs?: readonly Program[];
  /** The clauses to judge; by default all of the specification. */
  readonly clauses?: readonly ConformanceClause[];
  /** Names the clauses that a divergence breaks, the likeliest first; by default as `clausesOf` does. */
  readonly clausesOf?: (program: Program, divergence: Divergence) => readonly string[];
  /** Runs, at most, that make one finding small; by default 1000. */
  readonly shrinkRuns?: number;
  /** Different findings after which the run ends; by default 20. */
  readonly maxFindings?: number;
  /** The line that shows a finding again; by default a call of `checkConformance`. */
  readonly reproduce?: (finding: Omit<ConformanceFinding, 'reproduction'>) => string;
  /** Called before each program, and while findings are made small. */
  readonly onProgress?: (progress: ConformanceProgress) => void;
  /** Ends the run in good order: no new program is begun. */
  readonly signal?: AbortSignal;
}

/** How far a run has come. */
export interface ConformanceProgress {
  readonly programs: number;
  readonly calls: number;
  readonly findings: number;
  /** What is being done, in a few words. */
  readonly doing: string;
}
