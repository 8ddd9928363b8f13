import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes that are written, and read, at a time. */
const CHUNK = 64 * 1024;

/** Lines that wait on disk, since there may be more of them than memory holds; gone with the process, however it ends. */
export class Spool {
  /** The open file: its descriptor, by which other threads can write to it. */
  readonly file: number;
  readonly #path: string;

  /**
   * @param folder - Where there is room.
   * @throws the operating system's error where no file can be made there.
   */
  constructor(folder: string) {
    this.#path = join(folder, `.heapspec-${randomBytes(8).toString('hex')}.tmp`);
    this.file = openSync(this.#path, 'wx+', 0o600);
    try {
      // An open file needs no name, and one without a name can't be left behind.
      rmSync(this.#path);
    } catch {
      // Where it does need one, close() takes it away.
    }
  }

  /** All that was written, from the beginning. */
  *read(): Generator<Uint8Array> {
    for (let position = 0; ;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const bytes = readSync(this.file, chunk, 0, CHUNK, position);
      if (bytes === 0) return;
      position += bytes;
      yield chunk.subarray(0, bytes);
    }
  }

  /** Gives the space back. */
  close(): void {
    closeSync(this.file);
    rmSync(this.#path, { force: true });
  }
}

/** Writes lines to a file in large pieces. */
export class LineWriter {
  readonly #file: number;
  #lines: string[] = [];
  #characters = 0;

  /** @param file - The descriptor of an open file. */
  constructor(file: number) {
    this.#file = file;
  }

  /** Adds a line. */
  write(line: string): void {
    this.#lines.push(line, '\n');
    this.#characters += line.length + 1;
    if (this.#characters >= CHUNK) this.flush();
  }

  /** Writes what is not yet written. */
  flush(): void {
    const bytes = Buffer.from(this.#lines.join(''));
    this.#lines = [];
    this.#characters = 0;
    for (let written = 0; written < bytes.length;) {
      written += writeSync(this.#file, bytes, written);
    }
  }
}
