import type { WriteStream } from 'node:tty';
import type { TextStream } from './terminal.js';

/** Standard output or standard error: once nobody reads it any more, or it can't be written, all else is dropped. */
export class OutputStream implements TextStream {
  readonly #stream: WriteStream;
  #broken = false;

  /** @param onFailure - Called when the stream fails in another way than that its reader has gone. */
  constructor(stream: WriteStream, onFailure: (error: NodeJS.ErrnoException) => void) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      this.#broken = true;
      if (error.code !== 'EPIPE') onFailure(error);
    });
  }

  get isTTY(): boolean {
    return this.#stream.isTTY;
  }

  get columns(): number | undefined {
    // A terminal that does not know its width says 0.
    return this.#stream.columns > 0 ? this.#stream.columns : undefined;
  }

  write(data: string | Uint8Array): void {
    if (!this.#broken) this.#stream.write(data);
  }

  async writeAll(chunks: Iterable<Uint8Array>): Promise<boolean> {
    for (const chunk of chunks) {
      if (this.#broken) break;
      await new Promise<void>((resolve) => {
        this.#stream.write(chunk, () => {
          resolve();
        });
      });
    }
    return !this.#broken;
  }
}
