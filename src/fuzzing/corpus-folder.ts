import { createHash } from 'node:crypto';
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { printableLine } from '../conformance/printable.js';
import { printProgram, type Program } from '../programs/index.js';
import { makeFolder } from './make-folder.js';
import { readProgram } from './read-program.js';
import { cannot, StorageError, storing } from './storage-error.js';
import { prepareFolder, writeWhole } from './write-whole.js';

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
  /** The first {@link MOST_SKIPPED} of what was left out; hidden files are not mentioned. */
  readonly skipped: readonly SkippedFile[];
  /** All that was left out, hidden files excepted. */
  readonly skippedCount: number;
}

/** Files that {@link CorpusContent} names at most: there may be any number of them. */
export const MOST_SKIPPED = 100;

const ENDING = '.heap';

/** A name that tells what the text is. */
const NAMED_BY_TEXT = /^([0-9a-f]{16})\.heap$/;

/** Where the state of campaigns is. */
const CAMPAIGNS = '.campaign';

/** Names a program by its text: 16 hexadecimal digits, the same on every machine. */
export function programId(program: Program): string {
  return hashOf(printProgram(program));
}

/**
 * A folder of programs as text, each named by its text, so that any number of processes may use it at the same time, and
 * what was damaged is not taken for a program.
 */
export class CorpusFolder {
  /** Files that another version named, which prints the same program differently, by the ids of now. */
  private readonly otherNames = new Map<string, string>();

  /** What was printed last: a program that is named is written next. */
  private printed: { readonly program: Program; readonly text: string } | undefined;

  private constructor(
    /** The folder as it was given. */
    readonly path: string,
  ) {}

  /**
   * Opens a folder, makes it where there is none, and clears away what killed processes left.
   *
   * @throws StorageError where it is no folder, or can't be written to.
   */
  static open(path: string): CorpusFolder {
    const status = storing(cannot('open', path), () => statSync(path, { throwIfNoEntry: false }));
    if (status?.isDirectory() === false) throw new StorageError(`${cannot('open', path)}: it is no folder`);
    makeFolder(path);
    prepareFolder(path);
    return new CorpusFolder(path);
  }

  /** A folder that is read and nothing else, which may be that of another machine; undefined where there is none. */
  static readOnly(path: string): Pick<CorpusFolder, 'read'> | undefined {
    const status = storing(cannot('open', path), () => statSync(path, { throwIfNoEntry: false }));
    return status?.isDirectory() === true ? new CorpusFolder(path) : undefined;
  }

  /**
   * Reads all programs. Whatever else stands there is told, never an error, and never waited for.
   *
   * @throws StorageError where the folder itself can't be read.
   */
  read(): CorpusContent {
    const names = storing(cannot('read', this.path), () => readdirSync(this.path)).sort();
    const files: CorpusFile[] = [];
    const skipped: SkippedFile[] = [];
    let skippedCount = 0;
    for (const name of names) {
      if (name.startsWith('.')) continue;
      const file = this.readFile(name);
      if (typeof file === 'object') files.push(file);
      else if (skippedCount++ < MOST_SKIPPED) skipped.push({ file: printableLine(name), why: file });
    }
    return { files, skipped, skippedCount };
  }

  /** Names a program, as {@link programId} does. */
  idOf(program: Program): string {
    return hashOf(this.textOf(program));
  }

  /**
   * Writes a program, unless it stands there already; gives its id.
   *
   * @throws StorageError
   */
  add(program: Program): string {
    const text = this.textOf(program);
    const id = hashOf(text);
    const path = join(this.path, id + ENDING);
    const there = readProgram(path);
    // A loss of power may damage the file: its name tells, and it is written again.
    if (there.kind !== 'read' || there.content.text !== text) writeWhole(path, text, { durable: false });
    return id;
  }

  /**
   * Removes the file of a program, if there is one. A file whose name does not tell its text is somebody's own, and stays.
   *
   * @throws StorageError
   */
  remove(id: string): void {
    for (const name of [id + ENDING, this.otherNames.get(id)]) {
      if (name === undefined) continue;
      const path = join(this.path, name);
      storing(cannot('remove', path), () => rmSync(path, { force: true }));
    }
  }

  /** The folder of a campaign's state; its name tells campaigns apart: `seed-1`, `seed-1-shard-2-of-4`. */
  campaignFolder(campaign: string): string {
    if (!/^[a-z0-9-]+$/.test(campaign)) {
      throw new RangeError(`a campaign is named by letters, digits and -, not ${campaign}`);
    }
    return join(this.path, CAMPAIGNS, campaign);
  }

  private textOf(program: Program): string {
    if (this.printed?.program !== program) this.printed = { program, text: printProgram(program) };
    return this.printed.text;
  }

  /** The program of a file, or why it has none. */
  private readFile(name: string): CorpusFile | string {
    if (!name.endsWith(ENDING)) return `its name does not end with ${ENDING}`;
    const file = readProgram(join(this.path, name));
    if (file.kind === 'missing') return 'there is no such file any more';
    if (file.kind === 'unreadable') return file.why;
    const { text, program } = file.content;
    const id = programId(program);
    const [, named] = NAMED_BY_TEXT.exec(name) ?? [];
    if (named !== undefined && named !== hashOf(text)) {
      return 'its text is not the one that it is named after: it was damaged, or edited; under another name it is read';
    }
    if (named !== undefined && named !== id) this.otherNames.set(id, name);
    return { name, id, program };
  }
}

/** Of a text, however its lines end. */
function hashOf(text: string): string {
  return createHash('sha256').update(text.replaceAll('\r\n', '\n')).digest('hex').slice(0, 16);
}
