import type { CampaignCounts, RunRecord } from './campaign-counts.js';
import type { Lane } from './lanes.js';
import type { StorageError } from './storage-error.js';

/** What a journal is opened with. */
export interface JournalOptions {
  /** What has to be the same for a campaign to go on: its seed, shard, version, heap. Plain data. */
  readonly campaign: Readonly<Record<string, string | number | boolean>>;
  /** What else is to be kept with the counts, as data for JSON: it has learned all runs that were appended. */
  readonly snapshot?: () => unknown;
  /** Called each time that counts and snapshot have been written: what only older ones name may go. */
  readonly onSaved?: () => void;
  /** Called once, where the journal can't be written any more; the campaign goes on without. */
  readonly onProblem?: (problem: StorageError) => void;
  /** Runs after which counts and snapshot are written, and the journal begun anew; by default 2000. */
  readonly saveEvery?: number;
}

/** What was there when a journal was opened. */
export interface Recovered {
  /** The snapshot that was written last; undefined where there was none. */
  readonly snapshot: unknown;
  /** The runs behind that snapshot, in order. */
  readonly records: readonly RunRecord[];
  /** What was damaged, or of another campaign, and what became of it: a sentence each. */
  readonly notes: readonly string[];
}

/** Keeps what a campaign came to, so that one that was killed goes on where it was. */
export class Journal {
  private constructor(
    /** What was there. */
    readonly recovered: Recovered,
  ) {}

  /**
   * Opens the journal of a lane.
   *
   * @throws StorageError where it can't be written.
   */
  static open(_lane: Lane, _options: JournalOptions): Journal {
    throw new Error('to come');
  }

  /** All that was counted, before this process and by it. */
  get counts(): CampaignCounts {
    throw new Error('to come');
  }

  /** Keeps the result of a run. Programs and findings that belong to it are written before. */
  append(_record: RunRecord): void {
    throw new Error('to come');
  }

  /** Writes all down and ends; where that failed before, it is tried once more. Gives whether all is written. */
  close(): boolean {
    throw new Error('to come');
  }
}
