import type { Program } from '../programs/index.js';

/** A program of a corpus folder. */
export interface CorpusFile {
  /** The file's name within the folder. */
  readonly name: string;
  /** Names the program, and no other: see {@link programId}. */
  readonly id: string;
  readonly program: Program;
}

/** What stands in a corpus folder and is no program of it: it is left alone. */
export interface SkippedFile {
  /** The file's name within the folder, safe to print. */
  readonly file: string;
  readonly why: string;
}

/** The programs of a corpus folder, and what else stands there. */
export interface CorpusContent {
  /** In the order of their names. */
  readonly files: readonly CorpusFile[];
  readonly skipped: readonly SkippedFile[];
}

/** Names a program by its text: 16 hexadecimal digits, the same on every machine. */
export function programId(_program: Program): string {
  throw new Error('to come');
}

/** A folder of programs as text, named by what they are, that several processes may use at the same time. */
export class CorpusFolder {
  private constructor(
    /** The folder as it was given. */
    readonly path: string,
  ) {}

  /**
   * Opens a folder, makes it where there is none, and clears away what killed processes left.
   *
   * @throws StorageError where it is no folder, or can't be written to.
   */
  static open(_path: string): CorpusFolder {
    throw new Error('to come');
  }

  /** Reads all programs. Whatever else stands there is told, never an error, and never waited for. */
  read(): CorpusContent {
    throw new Error('to come');
  }

  /**
   * Writes a program, unless it stands there already; gives its id.
   *
   * @throws StorageError
   */
  add(_program: Program): string {
    throw new Error('to come');
  }

  /**
   * Removes the file of that id, or of that name, if there is one.
   *
   * @throws StorageError
   */
  remove(_idOrName: string): void {
    throw new Error('to come');
  }

  /** The folder of a campaign's state; its name tells campaigns apart: `seed-1`, `seed-1-shard-2-of-4`. */
  campaignFolder(_campaign: string): string {
    throw new Error('to come');
  }
}
