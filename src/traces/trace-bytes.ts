import { createReadStream } from 'node:fs';
import { gunzip } from './gunzip.js';

/** The bytes of a file, or of any stream, as text: what is gzip data, by its first two bytes, is decompressed. */
export async function* traceBytes(
  source: string | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  const raw = typeof source === 'string' ? createReadStream(source, { highWaterMark: 1 << 16 }) : source;
  const chunks = checkedChunks(raw);
  try {
    const start = await firstChunk(chunks);
    const whole = precededBy(start, chunks);
    yield* start[0] === 0x1f && start[1] === 0x8b ? gunzip(whole) : whole;
  } finally {
    await chunks.return();
  }
}

async function* checkedChunks(source: AsyncIterable<unknown>): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of source) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a trace is read from a stream of Uint8Array');
    yield chunk;
  }
}

/** At least two bytes, where there are two. */
async function firstChunk(chunks: AsyncGenerator<Uint8Array, void>): Promise<Uint8Array> {
  let start: Uint8Array = new Uint8Array();
  while (start.length < 2) {
    const { value, done } = await chunks.next();
    if (done === true) break;
    start = Buffer.concat([start, value]);
  }
  return start;
}

async function* precededBy(
  start: Uint8Array,
  rest: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void> {
  yield start;
  yield* rest;
}
