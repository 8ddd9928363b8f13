import { join } from 'node:path';
import { checkedBytes, INDEX, readIndex, type GoldenFile, type IndexKind } from './golden-index.js';
import { folderThatHolds } from './package-folder.js';
import { readTrace } from './read-trace.js';
import type { TraceRecord } from './trace.js';

/** A recording of the real heap that comes with this package; the header counts among its lines. */
export type GoldenTrace = GoldenFile;

/** The folder with the recordings, in this package. */
export function goldenFolder(): string {
  return join(folderThatHolds(join('golden', INDEX)), 'golden');
}

const TRACES: IndexKind<object> = {
  what: 'recording',
  form: '{"name", "lines", "sha256"}',
  names: /\.jsonl(?:\.gz)?$/,
  isEntry: (entry): entry is object => entry instanceof Object,
};

/**
 * The recordings of the real heap that come with this package, by name.
 *
 * @param folder - Where they lie with their index; by default {@link goldenFolder}.
 * @throws {@link TraceError} where the index can't be read or is none, names a recording that is not there, or leaves
 *   out one that is.
 */
export function goldenTraces(folder: string = goldenFolder()): GoldenTrace[] {
  return readIndex(folder, TRACES);
}

/**
 * Reads a recording like {@link readTrace}, and checks at its end that it is complete and undamaged.
 *
 * @throws {@link TraceError} also where the text is not the one that the index knows.
 */
export function readGoldenTrace(trace: GoldenTrace): AsyncGenerator<TraceRecord, void> {
  return readTrace(checkedBytes(trace), { name: trace.name });
}
