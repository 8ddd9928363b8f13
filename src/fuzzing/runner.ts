import type { Breakdown, Declaration } from '../conformance/index.js';
import type { Divergence } from '../lockstep/index.js';
import type { Program } from '../programs/index.js';
import type { CanaryStory } from './canary-story.js';
import type { Feature } from './features.js';
import type { Recipe } from './recipe.js';
import type { FuzzOrigin } from './report.js';

/** A program to run, as it is or as it is to be made. */
export interface FuzzTask {
  readonly from: FuzzOrigin;
  readonly source: ProgramSource;
  /** Whether the host is to own real bytes, which are checked too. */
  readonly memory: boolean;
}

/** A program, or how to make it. */
export type ProgramSource =
  | { readonly kind: 'program'; readonly program: Program }
  | { readonly kind: 'recipe'; readonly recipe: Recipe };

/** How a heap failed in a program. */
export interface FuzzFailure {
  readonly program: Program;
  readonly divergence: Divergence;
  /** How a foreign heap broke down; absent where it answered, but wrongly. */
  readonly breakdown?: Breakdown;
  /** Ids of the clauses that it breaks, the likeliest first. */
  readonly clauses: readonly string[];
}

/** What came of running a program. */
export type FuzzOutcome =
  | ({ readonly status: 'passed'; readonly features: readonly Feature[]; readonly shapes: ShapeTimes } & Cost)
  | ({ readonly status: 'failed' | 'hung' | 'crashed'; readonly failure: FuzzFailure } & Cost)
  /** Something other than a heap kept it from its end; `why` says what, and ends no sentence. */
  | { readonly status: 'lost'; readonly why: string }
  /** The runner was closed before it was done. */
  | { readonly status: 'stopped' };

/** Times that each shape was reached, by its name; those that were not are left out. */
export type ShapeTimes = Readonly<Record<string, number>>;

/** What running a program took. */
export interface Cost {
  /** Commands of the program. */
  readonly commands: number;
  readonly operations: number;
  /** Time, in ms, that making and running it took its worker. */
  readonly milliseconds: number;
  /** The program as text, where observations are wanted. */
  readonly text?: string;
}

/** A task with what came of it. */
export type FuzzRun<Task extends FuzzTask = FuzzTask> = FuzzOutcome & { readonly task: Task };

/** A failure that was made small, as far as it went. */
export interface ShrunkFailure extends FuzzFailure {
  /** Programs that were run on the way. */
  readonly runs: number;
  /** Whether it is proven that nothing smaller fails. */
  readonly minimal: boolean;
  /** Why it ended early, if it did. */
  readonly trouble?: string;
}

/** Runs programs for a campaign, on whatever heaps and however many workers it has. */
export interface FuzzRunner {
  /** What is fuzzed. */
  readonly declaration: Declaration;
  /** Whether it performs all that programs can ask: then a long campaign must reach each required shape. */
  readonly reachesAllShapes: boolean;
  /** Runs programs, and gives what came of them in the order of the tasks; `wait` until another result was taken. */
  run<Task extends FuzzTask>(tasks: Iterable<Task | 'wait'>): AsyncIterable<FuzzRun<Task>>;
  /** Seeks the fault of the canary with what judges all other programs. */
  huntCanary(seed: number): Promise<CanaryStory>;
  /** Makes a failing program small; one at a time, while others run. */
  shrink(failure: FuzzFailure, memory: boolean, onProgress: (told: string) => void): Promise<ShrunkFailure>;
  /** The heap before and after what failed, as it is and as it should be, as lines for a terminal. */
  picture(failure: FuzzFailure): Promise<readonly string[]>;
  /** A finding as the text of a program, with what is wrong in comments before it. */
  textOf(
    failure: FuzzFailure,
    told: { readonly memory: boolean; readonly history: string },
    path: string,
  ): string;
  /** The line that shows a failure again. */
  reproduction(path: string): string;
  /** Ends all that runs: what is not done is `stopped`. */
  close(): Promise<void>;
}
