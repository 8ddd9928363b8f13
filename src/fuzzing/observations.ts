import { closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import { LineFile } from './line-file.js';
import { cannot, StorageError, storing } from './storage-error.js';
import { isSystemError } from './system-error.js';

/** What was seen of one run, for machines. */
export interface Observation {
  readonly type: 'run';
  /** The run's number; null for programs of the corpus and the regressions. */
  readonly run: number | null;
  readonly origin: string;
  readonly status: string;
  /** Text of the program. */
  readonly program: string;
  readonly features: readonly string[];
  /** The features that nothing showed before. */
  readonly new: readonly string[];
  readonly operations: number;
  /** Times, in ms. */
  readonly timing: Readonly<Record<string, number>>;
}

/** Takes lines, without their line feeds. */
export interface LineSink {
  /** @throws StorageError where it can't be written: after that it is to be left alone, as it may end within a line. */
  write(line: string): void;
  close(): void;
}

const LINE_FEED = 0x0a;

/** An observation as a line of JSON. */
export function observationLine(observation: Observation): string {
  return JSON.stringify(observation);
}

/**
 * Opens a file for lines that are added to what is there; where that ends within a line, they begin on a fresh one.
 *
 * @throws StorageError where it can't be written, or is a pipe from which nobody reads.
 */
export function observationFile(path: string): LineSink {
  const broken = storing(cannot('read', path), () => endsWithinLine(path));
  const pipe = storing(cannot('write', path), () => openPipe(path));
  const file = new LineFile(path);
  if (pipe !== undefined) closeSync(pipe);
  if (broken) file.write('');
  return file;
}

/**
 * Opens a pipe, if it is one. Without O_NONBLOCK that would wait for somebody who reads from it, and no signal could end
 * the waiting; while it is open, the reader waits for more.
 */
function openPipe(path: string): number | undefined {
  if (statSync(path, { throwIfNoEntry: false })?.isFIFO() !== true) return undefined;
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (!isSystemError(error) || error.code !== 'ENXIO') throw error;
    throw new StorageError(`${cannot('write', path)}: nobody reads from this pipe: begin to read it first`, {
      cause: error,
    });
  }
}

/** Whether there is a file that ends without a line feed, as one does whose writer was killed. */
function endsWithinLine(path: string): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  // A pipe or a terminal has no end to look at, and to open it for reading could take for ever.
  if (status?.isFile() !== true || status.size === 0) return false;
  const file = openSync(path, 'r');
  try {
    const last = Buffer.alloc(1);
    readSync(file, last, 0, 1, status.size - 1);
    return last[0] !== LINE_FEED;
  } finally {
    closeSync(file);
  }
}
