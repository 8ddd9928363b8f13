import type { ConformanceFinding, Declaration } from '../conformance/index.js';
import type { SkippedFile } from './corpus-folder.js';
import type { Unseen } from './good-turing.js';
import type { CanaryStory } from './canary-story.js';

/** Which part of the seed space a run has: run numbers `index − 1`, `index − 1 + count`, and so on. */
export interface Shard {
  /** From 1 to `count`. */
  readonly index: number;
  readonly count: number;
}

/** Where a program of a campaign is from. */
export type FuzzOrigin =
  /** A file of the regressions folder. */
  | { readonly kind: 'regression'; readonly file: string }
  /** A file of the corpus, run again. */
  | { readonly kind: 'corpus'; readonly file: string }
  /** The program that a run of the campaign drew, or made of others. */
  | { readonly kind: 'drawn' | 'mutated'; readonly seed: number; readonly run: number };

/** Something that is wrong with a heap, and the least program that was found to show it. */
export interface FuzzFinding extends ConformanceFinding {
  /** Where the program is from as it was found. */
  readonly from: FuzzOrigin;
  /** Commands of that program. */
  readonly foundCommands: number;
  /** Whether the host owned real bytes, which were checked too. */
  readonly memory: boolean;
  /** Why shrinking ended early, or did not begin; absent where it came to its end. */
  readonly unshrunk?: string;
  /** The file that has the program; absent where none could be written. */
  readonly file?: string;
  /** The heap before and after, as it is and as it should be: lines for a terminal of 80 columns, without colours. */
  readonly picture: readonly string[];
}

/** How many programs were run, and what they came to. */
export interface FuzzCounts {
  readonly regressions: number;
  /** Programs of the corpus that were run again. */
  readonly corpus: number;
  /** New programs. */
  readonly drawn: number;
  /** New programs that were made of others. */
  readonly mutated: number;
  /** Operations of all of them. */
  readonly operations: number;
  /** Time, in ms, that they took; on several workers, the sum. */
  readonly work: number;
}

/** What a campaign did since it was begun, in however many runs. */
export interface CampaignTotals {
  /** New programs, those of this run among them. */
  readonly runs: number;
  readonly drawn: number;
  readonly mutated: number;
  readonly operations: number;
}

/** The corpus at the end, and how it grew. */
export interface CorpusCounts {
  readonly entries: number;
  /** Commands of all entries. */
  readonly commands: number;
  /** Entries that were there at the start. */
  readonly before: number;
  readonly added: number;
  /** Entries that gave way to smaller ones. */
  readonly removed: number;
  /** Different features that the entries show together. */
  readonly features: number;
  /** What stands in the folder and is no entry. */
  readonly ignored: readonly SkippedFile[];
  /** How many those are; of very many only some are named. */
  readonly ignoredCount: number;
}

/**
 * In how many programs each feature was seen, of those that tell what was not seen yet: the usual drawn ones, which do not
 * depend on each other. Those of several machines add up.
 */
export interface Incidence {
  readonly programs: number;
  /** By feature; those that were not seen are left out. */
  readonly features: Readonly<Record<string, number>>;
}

/** What runs of campaigns did and found: one of them, or those of several machines together. */
export interface FuzzSummary {
  readonly format: 1;
  /** The version of heapspec. */
  readonly heapspec: string;
  /** What was fuzzed, and to how much of the specification it was held. */
  readonly declaration: Declaration;
  /** Workers, or processes of a foreign heap, side by side. */
  readonly jobs: number;
  /** Time, in ms, from its beginning to its end; of several machines, that of the slowest one. */
  readonly milliseconds: number;
  readonly counts: FuzzCounts;
  readonly campaign: CampaignTotals;
  /** Times that each shape was reached in the campaign, by its name; those that were not are left out. */
  readonly shapes: Readonly<Record<string, number>>;
  /** Required shapes that were not reached, where they should have been. */
  readonly missedShapes: readonly string[];
  /** Estimates of what was not seen yet. */
  readonly unseen: { readonly shapes: Unseen; readonly features: Unseen };
  readonly findings: readonly FuzzFinding[];
  /** Files among the regressions that can't be read, and why. */
  readonly unreadable: readonly string[];
  /** What was damaged of what the campaign had kept, or of another one, and what became of it: a sentence each. */
  readonly notes: readonly string[];
  /** What kept the run from doing its work, a sentence each. */
  readonly troubles: readonly string[];
  /** What the command ends with: see `EXIT` of the command line. */
  readonly exitCode: 0 | 1 | 2 | 3;
}

/**
 * What one run of a campaign did and found; `heapspec merge` joins those of several shards. Plain data, and whole: it can
 * be told in any format without anything else.
 */
export interface FuzzReport extends FuzzSummary {
  readonly kind: 'run';
  readonly seed: number;
  readonly shard: Shard;
  /** Which of the processes that are at work in the same campaign at the same time, from 0. */
  readonly lane: number;
  /** Whether features guided it; else all programs were drawn. */
  readonly guided: boolean;
  /** Whether the heaps perform all that programs can ask: then a long campaign must reach each required shape. */
  readonly reachesAllShapes: boolean;
  readonly corpus: CorpusCounts;
  readonly incidence: Incidence;
  /** Whether the planted fault of the canary was found, and how; absent where it was not sought. */
  readonly canary?: CanaryStory;
  /** The line that goes on with the campaign. */
  readonly goesOn: string;
}

/** What the runs of several machines did and found together. */
export interface MergedReport extends FuzzSummary {
  readonly kind: 'merged';
  /** The report of each, in the order of their shards: all else follows from these. */
  readonly runs: readonly FuzzReport[];
  /** Shards of which there is no report, in words. */
  readonly missing: readonly string[];
}
