import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { traceBytes } from './trace-bytes.js';
import { messageOf, TraceError } from './trace-error.js';

/** A file of this package that an index vouches for. */
export interface GoldenFile {
  /** The name of the file. */
  readonly name: string;
  /** The path of the file. */
  readonly path: string;
  /** Lines that it has to have. */
  readonly lines: number;
  /** What its text, decompressed, has to have as SHA-256, in hexadecimal. */
  readonly sha256: string;
}

/** The name of the index in a folder of golden files. */
export const INDEX = 'index.json';

/** What an index lists. */
export interface IndexKind<Entry extends object> {
  /** What is listed, for messages: `recording`. */
  readonly what: string;
  /** How an entry is written, for messages. */
  readonly form: string;
  /** The names of such files. */
  readonly names: RegExp;
  /** Whether an entry that is well-formed so far holds what else it has to. */
  readonly isEntry: (entry: object) => entry is Entry;
}

/**
 * Reads the index of a folder, and compares it with the files that are there.
 *
 * @throws {@link TraceError} where the index can't be read or is none, names a file that is not there, or leaves out
 *   one that is.
 */
export function readIndex<Entry extends object>(
  folder: string,
  kind: IndexKind<Entry>,
): (Entry & GoldenFile)[] {
  const file = join(folder, INDEX);
  const listed = entriesOf(file, kind);
  const present = new Set(readdirSync(folder).filter((name) => kind.names.test(name)));
  for (const { name } of listed) {
    if (!present.delete(name)) throw indexError(file, `${name} beside the index`, 'no such file');
  }
  for (const name of present) throw indexError(file, `each ${kind.what} in the index`, `${name} beside it`);
  return listed.map((entry) => ({ ...entry, path: join(folder, entry.name) }));
}

type Listed = Omit<GoldenFile, 'path'>;

function entriesOf<Entry extends object>(
  file: string,
  { form, isEntry }: IndexKind<Entry>,
): (Entry & Listed)[] {
  let index: unknown;
  try {
    index = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw indexError(file, 'an index', messageOf(error));
  }
  const isListedEntry = (entry: unknown): entry is Entry & Listed => isListed(entry) && isEntry(entry);
  if (!Array.isArray(index) || index.length === 0 || !index.every(isListedEntry)) {
    throw indexError(file, `a list of ${form}`, 'something else');
  }
  return index;
}

function isListed(value: unknown): value is Listed {
  if (typeof value !== 'object' || value === null) return false;
  const { name, lines, sha256 } = value as Readonly<Record<string, unknown>>;
  return (
    typeof name === 'string' && /^[\w.-]+$/.test(name) && Number.isSafeInteger(lines) && isSha256(sha256)
  );
}

/** Whether a value is a SHA-256 in hexadecimal. */
export function isSha256(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{64}$/.test(value);
}

function indexError(file: string, expected: string, found: string): TraceError {
  return new TraceError({ file, line: 0, expected, found });
}

/**
 * The decompressed bytes of a file, which are checked at their end to be complete and undamaged.
 *
 * @throws {@link TraceError} where they are not those that the index knows.
 */
export async function* checkedBytes({
  name,
  path,
  lines,
  sha256,
}: GoldenFile): AsyncGenerator<Uint8Array, void> {
  const hash = createHash('sha256');
  let lineFeeds = 0;
  for await (const chunk of traceBytes(path)) {
    hash.update(chunk);
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lineFeeds++;
    yield chunk;
  }
  if (lineFeeds !== lines) {
    throw new TraceError({ file: name, line: 0, expected: `${lines} lines`, found: `${lineFeeds}` });
  }
  const found = hash.digest('hex');
  if (found !== sha256) {
    throw new TraceError({ file: name, line: 0, expected: `a text with the SHA-256 ${sha256}`, found });
  }
}
