import { rmSync } from 'node:fs';
import { access, constants, lstat, open, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { temporaryFor } from '../fuzzing/write-whole.js';
import { incompleteError, usageError } from './exit-code.js';
import { printableLine } from './printable.js';
import { isSystemError, reasonOf } from './system-error.js';

/** Takes the bytes of a file one after another. */
export type ByteSink = (bytes: Uint8Array) => Promise<void>;

/** How {@link writeFileWhole} treats what is there. */
export interface OutputOptions {
  /** Whether a file of that name may be replaced. */
  readonly force: boolean;
}

/**
 * Writes a file that appears under its name only when it is complete: whatever goes wrong before, there is no half of
 * it, and what was there stays.
 *
 * @param fill - Writes the content.
 * @throws CliError where there is such a file already, or it can't be written.
 */
export async function writeFileWhole(
  path: string,
  options: OutputOptions,
  fill: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  try {
    const target = await targetOf(path, options);
    if (target.special) await fillFile(target.path, 'w', fill);
    else await fillAndRename(target.path, path, options, fill);
  } catch (error) {
    if (isSystemError(error)) throw cannotWrite(path, error);
    throw error;
  }
}

/**
 * Checks, before any work is done, that a file may be written.
 *
 * @throws CliError where there is such a file already, or a folder, or no folder in which it could be.
 */
export async function checkOutput(path: string, options: OutputOptions): Promise<void> {
  try {
    const target = await targetOf(path, options);
    await access(target.special ? target.path : dirname(target.path), constants.W_OK);
  } catch (error) {
    if (isSystemError(error)) throw cannotWrite(path, error);
    throw error;
  }
}

function cannotWrite(path: string, error: Parameters<typeof reasonOf>[0]): Error {
  return incompleteError(`cannot write ${printableLine(path)}: ${reasonOf(error)}`);
}

/** Where to write: behind symbolic links; devices and pipes are written to, not replaced. */
async function targetOf(path: string, options: OutputOptions): Promise<{ path: string; special: boolean }> {
  const status = await lstat(path).catch(() => undefined);
  if (status === undefined) return { path, special: false };
  if (status.isSymbolicLink()) return targetOf(await realpath(path), options);
  if (status.isDirectory()) throw usageError(`cannot write ${printableLine(path)}: it is a folder`);
  if (!status.isFile()) return { path, special: true };
  if (!options.force) {
    throw usageError(
      `${printableLine(path)} exists already: choose another name, or replace it with --force`,
    );
  }
  return { path, special: false };
}

async function fillAndRename(
  target: string,
  path: string,
  options: OutputOptions,
  fill: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  const temporary = temporaryFor(target);
  const remove = (): void => rmSync(temporary, { force: true });
  const interrupted = (signal: NodeJS.Signals): void => {
    // Where somebody else listens too, the work, and so the file, may still come to a good end.
    if (process.listenerCount(signal) > 0) return;
    remove();
    process.kill(process.pid, signal);
  };
  process.once('exit', remove).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await fillFile(temporary, 'wx', fill);
    await checkOutput(path, options);
    await rename(temporary, target);
  } finally {
    process.off('exit', remove).off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await rm(temporary, { force: true });
  }
}

async function fillFile(
  path: string,
  flags: 'w' | 'wx',
  fill: (sink: ByteSink) => Promise<void>,
): Promise<void> {
  const file = await open(path, flags);
  try {
    await fill(async (bytes) => {
      await file.writeFile(bytes);
    });
    if (flags === 'wx') await file.sync();
  } finally {
    await file.close();
  }
}
