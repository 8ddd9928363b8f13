import { rmSync } from 'node:fs';
import { printProgram, type Program } from '../programs/index.js';
import { describeFound, describeShrinking } from './describe-finding.js';
import { keyOf } from './finding-key.js';
import type { RegressionsFolder } from './regressions-folder.js';
import type { FuzzFinding, FuzzOrigin } from './report.js';
import type { FuzzFailure, FuzzRunner, ShrunkFailure } from './runner.js';
import { StorageError } from './storage-error.js';

/** What the findings of a campaign are kept with. */
export interface FindingsOptions {
  readonly runner: FuzzRunner;
  readonly regressions: RegressionsFolder;
  /** Different findings, before they are shrunk, after which there are enough. */
  readonly maxFindings: number;
  /**
   * Saves a finding where the folder of regressions can't be written; again, once it is small, in place of what it was.
   *
   * @param found - The program as it was found.
   * @param text - Makes the text for the path.
   * @returns The path; undefined where there is no place for it.
   */
  readonly saveElsewhere: (found: Program, text: (path: string) => string) => Promise<string | undefined>;
  /** Called while a finding is made small. */
  readonly onProgress: (told: string) => void;
  readonly isInterrupted: () => boolean;
}

/** A failure as it was found, and what became of it. */
interface Entry {
  readonly from: FuzzOrigin;
  readonly memory: boolean;
  readonly found: FuzzFailure;
  /** The file that has it. */
  path: string | undefined;
  occurrences: number;
  /** As it is after shrinking. */
  now: ShrunkFailure;
  picture: readonly string[];
  /** The finding that it turned out to be. */
  same?: Entry;
}

/**
 * The findings of a campaign. Each is saved at once, then made small while the campaign goes on, one after the other in
 * the order in which they were found. What breaks the same clause in the same way is one finding: as it is found, and
 * again when it is small. Which ones there are does not depend on how long shrinking takes.
 */
export class Findings {
  /** What kept findings from being saved, a sentence each. */
  readonly troubles: string[] = [];
  readonly #options: FindingsOptions;
  readonly #entries: Entry[] = [];
  /** By what they have in common as they were found. */
  readonly #asFound = new Map<string, Entry>();
  /** By what they have in common once they are small. */
  readonly #small = new Map<string, Entry>();
  #different = 0;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: FindingsOptions) {
    this.#options = options;
  }

  /** Whether there are so many that it is time to look at them. */
  get full(): boolean {
    return this.#different >= this.#options.maxFindings;
  }

  /** Whether anything was found. */
  get any(): boolean {
    return this.#entries.length > 0;
  }

  /** How many there are, as far as it is known. */
  get count(): number {
    return this.#entries.filter(({ same }) => same === undefined).length;
  }

  /** Takes a failing program; gives whether it is a finding, and not one more of something known. */
  async take(failure: FuzzFailure, from: FuzzOrigin, memory: boolean): Promise<boolean> {
    const { regressions } = this.#options;
    const key = keyOf(failure);
    const known = this.#asFound.get(key);
    if (known !== undefined) {
      known.occurrences++;
      return false;
    }
    const entry = this.#add(key, failure, from, memory);
    this.#different++;
    entry.path = await this.#save(entry, `${describeFound(from)}, not shrunk`, (text) =>
      regressions.saveUnshrunk(failure.program, text),
    );
    this.#queue = this.#queue.then(() => this.#makeSmall(entry));
    return true;
  }

  /** Takes a regression that fails again; one that was never shrunk is made small now. */
  takeRegression(failure: FuzzFailure, file: string, unshrunk: boolean): void {
    const entry = this.#add(keyOf(failure), failure, { kind: 'regression', file }, true);
    entry.path = file;
    this.#queue = this.#queue.then(() => (unshrunk ? this.#makeSmall(entry) : this.#draw(entry)));
    if (!unshrunk) this.#small.set(keyOf(failure), this.#small.get(keyOf(failure)) ?? entry);
  }

  /** Waits until all are small. */
  async settle(): Promise<void> {
    await this.#queue;
  }

  /** All findings, in the order in which they were found. */
  list(): FuzzFinding[] {
    const { runner } = this.#options;
    return this.#entries
      .filter(({ same }) => same === undefined)
      .map(({ found, from, memory, path, now, occurrences, picture }) => ({
        ...(now.breakdown && { breakdown: now.breakdown }),
        divergence: now.divergence,
        clauses: now.clauses,
        origin: caseOriginOf(from),
        program: printProgram(now.program),
        minimal: now.minimal,
        shrinkRuns: now.runs,
        occurrences,
        reproduction: runner.reproduction(path ?? 'the-program-above.heap'),
        from,
        foundCommands: found.program.commands.length,
        memory,
        ...(now.trouble !== undefined && { unshrunk: now.trouble }),
        ...(path !== undefined && { file: path }),
        picture,
      }));
  }

  #add(key: string, found: FuzzFailure, from: FuzzOrigin, memory: boolean): Entry {
    const now = { ...found, runs: 0, minimal: false };
    const entry: Entry = { from, memory, found, path: undefined, occurrences: 1, now, picture: [] };
    this.#entries.push(entry);
    this.#asFound.set(key, this.#asFound.get(key) ?? entry);
    return entry;
  }

  async #makeSmall(entry: Entry): Promise<void> {
    const { runner, regressions, onProgress, isInterrupted } = this.#options;
    const { found, memory, from } = entry;
    if (isInterrupted()) {
      entry.now = { ...entry.now, trouble: 'it was interrupted' };
      return;
    }
    entry.now = await runner.shrink(found, memory, onProgress);
    const same = this.#small.get(keyOf(entry.now));
    // One that was not shrunk to its end has its unshrunk file shrunk next time.
    const isWhole = entry.now.trouble === undefined;
    if (same !== undefined && isWhole) {
      same.occurrences += entry.occurrences;
      this.#forget(entry, same);
      return;
    }
    this.#small.set(keyOf(entry.now), same ?? entry);
    await this.#draw(entry);
    if (!isWhole) return;
    const unshrunk = entry.path;
    const lengths = { from: found.program.commands.length, to: entry.now.program.commands.length };
    entry.path = await this.#save(
      entry,
      `${describeFound(from)}, ${describeShrinking({ ...entry.now, ...lengths })}`,
      (text) => regressions.saveFinal(entry.now.program, labelOf(entry.now), text, unshrunk),
    );
  }

  async #draw(entry: Entry): Promise<void> {
    const { runner, isInterrupted } = this.#options;
    if (!isInterrupted()) entry.picture = await runner.picture(entry.now);
  }

  /** Saves an entry in the folder of regressions, or, where that can't be written, elsewhere; gives its path. */
  async #save(
    { now, found, memory }: Entry,
    history: string,
    save: (text: (path: string) => string) => string,
  ): Promise<string | undefined> {
    const { runner, saveElsewhere } = this.#options;
    const text = (path: string): string => runner.textOf(now, { memory, history }, path);
    try {
      return save(text);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      if (!this.troubles.includes(error.message)) this.troubles.push(error.message);
      return saveElsewhere(found.program, text);
    }
  }

  #forget(entry: Entry, same: Entry): void {
    entry.same = same;
    for (const [key, one] of this.#asFound) if (one === entry) this.#asFound.set(key, same);
    if (entry.path !== undefined) rmSync(entry.path, { force: true });
  }
}

/** What a failure breaks, in a word: a clause, or the kind of it. */
function labelOf({ divergence, breakdown, clauses }: FuzzFailure): string {
  return clauses[0] ?? breakdown?.kind ?? divergence.kind;
}

/** The origin of a finding for reports that know no campaigns. */
function caseOriginOf(from: FuzzOrigin): FuzzFinding['origin'] {
  return 'run' in from
    ? { kind: 'generated', seed: from.seed, index: from.run }
    : { kind: 'given', index: 0 };
}
