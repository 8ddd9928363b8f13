import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { cannot, StorageError, storing } from './storage-error.js';

/**
 * Makes a folder where there is none, and those that it is to lie in. One after the other: where the system refuses one
 * for want of the folder around it, as below `/proc`, Node's own way tries for ever.
 *
 * @throws StorageError
 */
export function makeFolder(path: string): void {
  storing(cannot('make the folder', path), () => makeWhereMissing(path));
}

function makeWhereMissing(path: string): void {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there?.isDirectory() === true) return;
  if (there !== undefined) throw new StorageError(`${cannot('make the folder', path)}: it is a file`);
  if (dirname(path) !== path) makeWhereMissing(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}
