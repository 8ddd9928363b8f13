import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fateOf, parseIdentity, printIdentity, thisProcess } from './process-identity.js';
import { cannot, storing } from './storage-error.js';

/** How {@link writeWhole} writes. */
export interface WriteOptions {
  /**
   * Whether the file has to outlive a loss of power too, which takes some ms; by default it does. Without, there may be
   * a damaged file afterwards.
   */
  readonly durable?: boolean;
}

/** Characters of a file's name that are repeated in the name of its temporary file: names may have 255. */
const NAME_SHOWN = 100;

const TEMPORARY = /^\..*\.([0-9a-f]{8}-\d+-\d+)\.[0-9a-f]{8}\.tmp$/;

/** Age, in ms, at which a temporary file from elsewhere was left over: it takes a moment to write one. */
const LEFT_OVER = 24 * 60 * 60 * 1000;

/** The file as which another one is written until it is complete: beside it, named after this process. */
export function temporaryFor(path: string): string {
  const unique = `${printIdentity(thisProcess())}.${randomBytes(4).toString('hex')}`;
  return join(dirname(path), `.${basename(path).slice(0, NAME_SHOWN)}.${unique}.tmp`);
}

/**
 * Writes a file that appears under its name only when it is complete: whatever happens before, what was there stays.
 *
 * @throws StorageError
 */
export function writeWhole(path: string, text: string, { durable = true }: WriteOptions = {}): void {
  storing(cannot('write', path), () => {
    const temporary = temporaryFor(path);
    try {
      fill(temporary, Buffer.from(text), durable);
      renameSync(temporary, path);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Writes all bytes, in as many pieces as the system wants. */
export function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

/**
 * Finds out whether files can be made in a folder, and removes those that processes left which were killed.
 *
 * @throws StorageError where no file can be made, or there is no such folder.
 */
export function prepareFolder(folder: string): void {
  storing(cannot('write to', folder), () => {
    const probe = temporaryFor(join(folder, 'probe'));
    try {
      // A full disk still takes an empty file.
      fill(probe, Buffer.alloc(4096, '\n'), false);
      removeLeftOvers(folder, statSync(probe).mtimeMs);
    } finally {
      rmSync(probe, { force: true });
    }
  });
}

/** @param now - By the clock of the file system, in ms: no other decides about its files. */
function removeLeftOvers(folder: string, now: number): void {
  for (const name of readdirSync(folder)) {
    const owner = parseIdentity(TEMPORARY.exec(name)?.[1] ?? '');
    if (owner === undefined) continue;
    const path = join(folder, name);
    const fate = fateOf(owner);
    if (fate === 'gone' || (fate === 'elsewhere' && isOld(path, now))) rmSync(path, { force: true });
  }
}

function isOld(path: string, now: number): boolean {
  const status = statSync(path, { throwIfNoEntry: false });
  return status !== undefined && now - status.mtimeMs > LEFT_OVER;
}

function fill(path: string, bytes: Uint8Array, durable: boolean): void {
  const file = openSync(path, 'wx');
  try {
    writeAll(file, bytes);
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
