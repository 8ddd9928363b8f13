import { createGunzip } from 'node:zlib';

/** Compressed bytes taken at a time: at gzip's best, a thousandfold, they become 8 MiB. */
const SLICE_BYTES = 8192;

/** Compressed data is damaged or cut off. */
export class GzipProblem extends Error {
  override readonly name = 'GzipProblem';
}

/**
 * Decompresses gzip data as it comes. What precedes a fault, but for the last few kilobytes, is given before the fault
 * is thrown; what is held at any time is bounded, whatever the data expands to.
 *
 * @throws {@link GzipProblem} where the data is damaged, cut off, or followed by something else.
 */
export async function* gunzip(compressed: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  const inflate = createGunzip();
  let ready: Uint8Array[] = [];
  let fault: Error | undefined;
  let ended = false;
  let wake = (): void => undefined;
  inflate.on('data', (bytes: Uint8Array) => ready.push(bytes));
  inflate.on('error', (error) => {
    fault = error;
    wake();
  });
  inflate.on('end', () => {
    ended = true;
    wake();
  });

  /** Hands something to the decompressor, waits until it is done with it, and gives what came out. */
  const run = async (start: (done: () => void) => void): Promise<Uint8Array[]> => {
    await new Promise<void>((resolve) => {
      wake = resolve;
      start(resolve);
    });
    const out = ready;
    ready = [];
    return out;
  };

  try {
    for await (const bytes of compressed) {
      for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
        yield* await run((done) => inflate.write(bytes.subarray(at, at + SLICE_BYTES), () => done()));
        if (fault) throw new GzipProblem(`damaged gzip data (${fault.message})`, { cause: fault });
        // The decompressor ends by itself where a complete stream is followed by what is not another one.
        if (ended) throw new GzipProblem('something else behind the gzip data');
      }
    }
    // The callback of `end` is called when everything is written, the event when everything has been given out.
    yield* await run(() => inflate.end());
    if (fault) throw new GzipProblem(`gzip data that breaks off (${fault.message})`, { cause: fault });
  } finally {
    inflate.destroy();
  }
}
