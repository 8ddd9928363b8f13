import type { CampaignIdentity } from './campaign-store.js';
import type { FindingsOptions } from './findings.js';
import type { LineSink } from './observations.js';
import type { RegressionsFolder } from './regressions-folder.js';
import type { FuzzCounts } from './report.js';
import type { FuzzRunner } from './runner.js';

/** What a run of a campaign is to do. */
export interface CampaignPlan extends CampaignIdentity {
  readonly runner: FuzzRunner;
  readonly regressions: RegressionsFolder;
  /** New programs to run, at most. */
  readonly runs?: number;
  /** Time, in ms, after which no new program is begun. */
  readonly time?: number;
  /** Different findings, before they are shrunk, after which it ends. */
  readonly maxFindings: number;
  /** Workers, for the report. */
  readonly jobs: number;
  /** Takes a line for each program that was run. */
  readonly observations?: LineSink;
  readonly saveElsewhere: FindingsOptions['saveElsewhere'];
  /** The line that goes on with the campaign, for the report. */
  readonly goesOn: string;
  /** Ends the run in good order: what was found until then is told. */
  readonly signal: AbortSignal;
  /** Called after each program; `progress` tells how far it is. */
  readonly onProgress: (progress: () => CampaignProgress) => void;
}

/** How far a run of a campaign is. */
export interface CampaignProgress {
  readonly stage: 'regressions' | 'corpus' | 'canary' | 'new programs' | 'findings';
  readonly counts: FuzzCounts;
  readonly findings: number;
  /** Entries of the corpus. */
  readonly entries: number;
  readonly milliseconds: number;
  /** What is made small meanwhile, if anything is. */
  readonly shrinking?: string;
}
