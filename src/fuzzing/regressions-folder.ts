import type { Program } from '../programs/index.js';

/** A program of the regressions folder. */
export interface Regression {
  /** Its path, the folder's included, as it was given. */
  readonly path: string;
  /** Whether it is a finding that nobody has shrunk yet. */
  readonly unshrunk: boolean;
  readonly program: Program;
}

/** A file of the regressions folder that can't be read as a program. */
export interface UnreadableRegression {
  readonly path: string;
  /** What is wrong, and where: `regressions/a.heap:3:1: expected ...`; safe to print. */
  readonly problem: string;
}

/** The folder of findings that are to be run again, always all of them. */
export class RegressionsFolder {
  constructor(
    /** The folder as it was given; made when there is something to save. */
    readonly path: string,
  ) {}

  /**
   * Reads all `.heap` files in it and in its folders, in the order of their paths; none where there is no such folder.
   *
   * @throws StorageError where it is no folder, or can't be read.
   */
  read(): (Regression | UnreadableRegression)[] {
    throw new Error('to come');
  }

  /**
   * Saves a finding as it was found; gives its path.
   *
   * @param text - Makes the text for the path.
   * @throws StorageError
   */
  saveUnshrunk(_program: Program, _text: (path: string) => string): string {
    throw new Error('to come');
  }

  /**
   * Saves a finding in its final form, then removes the unshrunk one; gives its path.
   *
   * @param label - What it breaks, for the file's name: a clause or a kind.
   * @param text - Makes the text for the path.
   * @param unshrunk - The path that {@link saveUnshrunk} gave, if any.
   * @throws StorageError where it can't be written: the unshrunk one stays.
   */
  saveFinal(_program: Program, _label: string, _text: (path: string) => string, _unshrunk?: string): string {
    throw new Error('to come');
  }
}
