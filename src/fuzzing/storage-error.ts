import { printableLine } from '../conformance/printable.js';
import { isSystemError, reasonOf } from './system-error.js';

/** A file or folder of a campaign can't be made, read or written: the message says which, and why. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
}

/**
 * Does something with a file.
 *
 * @param what - For the message: `cannot write corpus/a.heap`, say, as {@link cannot} makes it.
 * @throws {@link StorageError} where the operating system refuses.
 */
export function storing<Result>(what: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (isSystemError(error)) throw new StorageError(`${what}: ${reasonOf(error)}`, { cause: error });
    throw error;
  }
}

/** `cannot write corpus/a.heap`, the path safe to print. */
export function cannot(verb: string, path: string): string {
  return `cannot ${verb} ${printableLine(path)}`;
}
