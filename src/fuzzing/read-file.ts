import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs';
import { firstForeignByte } from './foreign-byte.js';
import { isSystemError, reasonOf } from './system-error.js';

/** What a file holds, or why it can't be read. */
export type FileContent<Content> =
  | { readonly kind: 'read'; readonly content: Content }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

/**
 * Reads a file that may be anything: a pipe or a device is not waited for, what is too long is not read.
 *
 * @param most - Bytes that it may have.
 */
export function readBytes(path: string, most: number): FileContent<Buffer> {
  try {
    // Without O_NONBLOCK a pipe that nobody writes to would be waited for.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      if (!status.isFile()) return unreadable(`it is ${kindOf(status)}`);
      const bytes = readAtMost(file, Math.min(status.size, most) + 1);
      if (bytes.length > most) return unreadable(`it is larger than ${most / 2 ** 20} MiB`);
      if (bytes.length > status.size) return unreadable('it grows while it is read');
      return { kind: 'read', content: bytes };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === 'ENOENT') return { kind: 'missing' };
    // What a socket answers to being opened.
    return unreadable(error.code === 'ENXIO' ? 'it is no file' : reasonOf(error));
  }
}

/** The same for a file of text in UTF-8. */
export function readText(path: string, most: number): FileContent<string> {
  const file = readBytes(path, most);
  if (file.kind !== 'read') return file;
  const bytes = file.content;
  if (bytes.includes(0)) return unreadable('it holds bytes that are no text');
  const foreign = firstForeignByte(bytes);
  if (foreign === undefined) return { kind: 'read', content: new TextDecoder().decode(bytes) };
  const { line, column, byte } = foreign;
  return unreadable(
    `it is not text in UTF-8: line ${line}, column ${column} has the byte 0x${byte.toString(16).padStart(2, '0')}`,
  );
}

function readAtMost(file: number, most: number): Buffer {
  const buffer = Buffer.alloc(most);
  let length = 0;
  while (length < most) {
    const read = readSync(file, buffer, length, most - length, null);
    if (read === 0) break;
    length += read;
  }
  return buffer.subarray(0, length);
}

function unreadable(why: string): { readonly kind: 'unreadable'; readonly why: string } {
  return { kind: 'unreadable', why };
}

function kindOf(status: Stats): string {
  if (status.isDirectory()) return 'a folder';
  if (status.isFIFO()) return 'a pipe';
  return 'a device';
}
