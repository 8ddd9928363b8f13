import assert from 'node:assert/strict';
import { readTrace, TraceError, type ReadTraceOptions, type TraceRecord } from '../src/traces/index.js';

// The lines of which the tests of reading traces make theirs.

/** A header. */
export const HEADER =
  '{"format":"pageheap-trace","version":1,"level":"pages","config":{"physPageSize":4096,"arenaPages":900,"procs":1}}';

/** A step. */
export const TICK = '{"op":"tick","args":{"ns":5}}';

/** A cache of it. */
export const CACHE = '{"alloc":{},"counters":{},"nsmallfree":{}}';

/** The state of an empty heap. */
export const STATE =
  '{"state":{"spans":[],"free":{},"freelarge":[],"busy":{},"busylarge":[],"central":{},' +
  `"mcache":[${CACHE}],"sweepStacks":{"swept":[],"unswept":[]},` +
  '"gcBitsArenas":{"free":0,"next":[],"current":[],"previous":[]},"nsmallfree":{},"clock":1,"marking":false,' +
  '"sweepPagesPerByte":0}}';

/** A source of bytes that come one part after another. */
export async function* chunks(...parts: (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) yield await Promise.resolve(typeof part === 'string' ? Buffer.from(part) : part);
}

/** All records of a source. */
export async function readAll(
  source: string | AsyncIterable<Uint8Array>,
  options?: ReadTraceOptions,
): Promise<TraceRecord[]> {
  const records: TraceRecord[] = [];
  for await (const record of readTrace(source, options)) {
    assert(record.line > 0);
    records.push(record);
  }
  return records;
}

/** The message of the TraceError that reading a source ends in. */
export async function faultOf(
  source: string | AsyncIterable<Uint8Array>,
  options?: ReadTraceOptions,
): Promise<string> {
  try {
    await readAll(source, options);
  } catch (error) {
    assert(error instanceof TraceError, String(error));
    return error.message;
  }
  return 'no fault';
}

/** The same of a text. */
export function faultOfText(text: string): Promise<string> {
  return faultOf(chunks(text), { name: 'x' });
}
