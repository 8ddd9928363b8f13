import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderThatHolds } from './package-folder.js';
import { readTrace } from './read-trace.js';
import { traceBytes } from './trace-bytes.js';
import { messageOf, TraceError } from './trace-error.js';
import type { TraceRecord } from './trace.js';

/** A recording of the real heap that comes with this package. */
export interface GoldenTrace {
  /** The name of its file. */
  readonly name: string;
  /** The path of its file. */
  readonly path: string;
  /** Lines that it has to have, the header among them. */
  readonly lines: number;
  /** What its text, decompressed, has to have as SHA-256, in hexadecimal. */
  readonly sha256: string;
}

/** The folder with the recordings, in this package. */
export function goldenFolder(): string {
  return join(folderThatHolds(join('golden', INDEX)), 'golden');
}

const INDEX = 'index.json';

/**
 * The recordings of the real heap that come with this package, by name.
 *
 * @param folder - Where they lie with their index; by default {@link goldenFolder}.
 * @throws {@link TraceError} where the index can't be read or is none, names a recording that is not there, or leaves
 *   out one that is.
 */
export function goldenTraces(folder: string = goldenFolder()): GoldenTrace[] {
  const file = join(folder, INDEX);
  const listed = readIndex(file);
  const present = new Set(readdirSync(folder).filter((name) => /\.jsonl(?:\.gz)?$/.test(name)));
  for (const { name } of listed) {
    if (!present.delete(name)) throw indexError(file, `${name} beside the index`, 'no such file');
  }
  for (const name of present) throw indexError(file, 'each recording in the index', `${name} beside it`);
  return listed.map((trace) => ({ ...trace, path: join(folder, trace.name) }));
}

/**
 * Reads a recording like {@link readTrace}, and checks at its end that it is complete and undamaged.
 *
 * @throws {@link TraceError} also where the text is not the one that the index knows.
 */
export function readGoldenTrace(trace: GoldenTrace): AsyncGenerator<TraceRecord, void> {
  return readTrace(checkedBytes(trace), { name: trace.name });
}

async function* checkedBytes({ name, path, lines, sha256 }: GoldenTrace): AsyncGenerator<Uint8Array, void> {
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

type IndexEntry = Omit<GoldenTrace, 'path'>;

function readIndex(file: string): IndexEntry[] {
  let index: unknown;
  try {
    index = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw indexError(file, 'an index', messageOf(error));
  }
  if (!Array.isArray(index) || index.length === 0 || !index.every(isIndexEntry)) {
    throw indexError(file, 'a list of {"name", "lines", "sha256"}', 'something else');
  }
  return index;
}

function isIndexEntry(value: unknown): value is IndexEntry {
  if (typeof value !== 'object' || value === null) return false;
  const { name, lines, sha256 } = value as Readonly<Record<string, unknown>>;
  return (
    typeof name === 'string' &&
    /^[\w.-]+$/.test(name) &&
    Number.isSafeInteger(lines) &&
    typeof sha256 === 'string' &&
    /^[0-9a-f]{64}$/.test(sha256)
  );
}

function indexError(file: string, expected: string, found: string): TraceError {
  return new TraceError({ file, line: 0, expected, found });
}
