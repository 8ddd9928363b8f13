import type { CampaignCounts, RunRecord } from './campaign-counts.js';
import { printHeader, printRun, printState, type CampaignFacts, type SavedState } from './journal-format.js';
import type { Lane } from './lanes.js';
import { LineFile } from './line-file.js';
import { filesOf, recover, type LaneFiles } from './recover.js';
import { cannot, StorageError } from './storage-error.js';
import { writeWhole } from './write-whole.js';

export type { CampaignFacts } from './journal-format.js';

/** What a journal is opened with. */
export interface JournalOptions {
  /** What has to be the same for a campaign to go on. */
  readonly campaign: CampaignFacts;
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

const SAVE_EVERY = 2000;

/**
 * Keeps what a campaign came to, so that one that was killed goes on where it was: a line for each run, and now and then
 * a state that takes the place of all lines. Of runs that were appended a kill loses none.
 */
export class Journal {
  private readonly files: LaneFiles;
  /** Absent while lines can't be written. */
  private lines: LineFile | undefined;
  /** Runs since the state was written. */
  private unsaved: number;
  private told = false;

  private constructor(
    private readonly lane: Lane,
    private readonly options: JournalOptions,
    private state: SavedState,
    /** What was there. */
    readonly recovered: Recovered,
  ) {
    this.files = filesOf(lane);
    this.unsaved = recovered.records.length;
  }

  /**
   * Opens the journal of a lane.
   *
   * @throws StorageError where it can't be written.
   */
  static open(lane: Lane, options: JournalOptions): Journal {
    const files = filesOf(lane);
    const { state, records, journalGoesOn, notes } = recover(files, options.campaign);
    const journal = new Journal(lane, options, state, { snapshot: state.snapshot, records, notes });
    if (!journalGoesOn) writeWhole(files.journal, `${printHeader(options.campaign, state.epoch)}\n`);
    journal.lines = new LineFile(files.journal);
    return journal;
  }

  /** All that was counted, before this process and by it. */
  get counts(): CampaignCounts {
    return this.state.counts;
  }

  /** Keeps the result of a run. Programs and findings that belong to it are written before. */
  append(record: RunRecord): void {
    this.state.counts.add(record);
    this.unsaved++;
    if (this.lines !== undefined) this.trying(() => this.write(record));
    if (this.unsaved % (this.options.saveEvery ?? SAVE_EVERY) === 0) this.save();
  }

  /** Writes counts and snapshot, and begins the journal anew; gives whether that was possible. */
  save(): boolean {
    return this.trying(() => {
      this.checkLane();
      const state = {
        ...this.state,
        epoch: this.state.epoch + 1,
        snapshot: this.options.snapshot?.() ?? this.state.snapshot,
      };
      writeWhole(this.files.state, printState(this.options.campaign, state));
      this.state = state;
      this.unsaved = 0;
      // From here on lines of the journal that is there count for nothing.
      this.dropLines();
      writeWhole(this.files.journal, `${printHeader(this.options.campaign, state.epoch)}\n`);
      this.lines = new LineFile(this.files.journal);
      this.options.onSaved?.();
    });
  }

  /** Writes all down and ends; where that failed before, it is tried once more. Gives whether all is written. */
  close(): boolean {
    const written = (this.unsaved === 0 && this.lines !== undefined) || this.save();
    this.dropLines();
    return written;
  }

  private write(record: RunRecord): void {
    this.checkLane();
    this.lines?.write(printRun(record, this.state.names));
  }

  private checkLane(): void {
    if (this.lane.held) return;
    throw new StorageError(`${cannot('write to', this.lane.folder)}: the lock of this process was removed`);
  }

  /** Does something with the files; where they refuse, lines are no longer written until a state could be. */
  private trying(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.dropLines();
      if (!this.told) this.options.onProblem?.(error);
      this.told = true;
      return false;
    }
  }

  private dropLines(): void {
    const { lines } = this;
    this.lines = undefined;
    try {
      lines?.close();
    } catch (error) {
      // Either a state has taken the place of these lines, or that they can't be written is known already.
      if (!(error instanceof StorageError)) throw error;
    }
  }
}
