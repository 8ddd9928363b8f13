import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { printableLine } from '../conformance/printable.js';
import type { Program } from '../programs/index.js';
import { programId } from './corpus-folder.js';
import { makeFolder } from './make-folder.js';
import { readProgram } from './read-program.js';
import { cannot, StorageError, storing } from './storage-error.js';
import { prepareFolder, writeWhole } from './write-whole.js';

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

const ENDING = '.heap';
const UNSHRUNK = '.unshrunk.heap';

/** The folder of findings that are to be run again, always all of them. */
export class RegressionsFolder {
  private prepared = false;

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
    const status = storing(cannot('read', this.path), () => statSync(this.path, { throwIfNoEntry: false }));
    if (status === undefined) return [];
    if (!status.isDirectory()) throw new StorageError(`${cannot('read', this.path)}: it is no folder`);
    return programsIn(this.path).sort().map(readRegression);
  }

  /**
   * Saves a finding as it was found; gives its path.
   *
   * @param text - Makes the text for the path.
   * @throws StorageError
   */
  saveUnshrunk(program: Program, text: (path: string) => string): string {
    return this.save(program, programId(program) + UNSHRUNK, text);
  }

  /**
   * Saves a finding in its final form, then removes the unshrunk one; gives its path.
   *
   * @param label - What it breaks, for the file's name: a clause or a kind.
   * @param text - Makes the text for the path.
   * @param unshrunk - The path that {@link saveUnshrunk} gave, if any.
   * @throws StorageError where it can't be written: the unshrunk one stays.
   */
  saveFinal(program: Program, label: string, text: (path: string) => string, unshrunk?: string): string {
    const name = label
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '');
    const path = this.save(program, `${name}-${programId(program).slice(0, 8)}${ENDING}`, text);
    if (unshrunk !== undefined) storing(cannot('remove', unshrunk), () => rmSync(unshrunk, { force: true }));
    return path;
  }

  private save(program: Program, name: string, text: (path: string) => string): string {
    if (!this.prepared) {
      makeFolder(this.path);
      prepareFolder(this.path);
      this.prepared = true;
    }
    const path = join(this.path, name);
    const there = readProgram(path);
    // Somebody may have written comments into the file.
    const saved = there.kind === 'read' && programId(there.content.program) === programId(program);
    if (!saved) writeWhole(path, text(path));
    return path;
  }
}

function readRegression(path: string): Regression | UnreadableRegression {
  const file = readProgram(path);
  if (file.kind === 'read') return { path, unshrunk: path.endsWith(UNSHRUNK), program: file.content.program };
  const why = file.kind === 'missing' ? 'there is no such file any more' : file.why;
  // What begins with a line and a column goes on from the path as compilers have it.
  return { path, problem: `${printableLine(path)}:${/^\d/.test(why) ? '' : ' '}${why}` };
}

/** The paths of all files in a folder and its folders that are named as programs are. */
function programsIn(folder: string): string[] {
  const entries = storing(cannot('read', folder), () => readdirSync(folder, { withFileTypes: true }));
  return entries.flatMap((entry) => {
    if (entry.name.startsWith('.')) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return programsIn(path);
    return entry.name.endsWith(ENDING) ? [path] : [];
  });
}
