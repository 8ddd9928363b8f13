import { closeSync, openSync } from 'node:fs';
import { cannot, storing } from './storage-error.js';
import { writeAll } from './write-whole.js';

/** A file to which lines are added one at a time. */
export class LineFile {
  private readonly file: number;
  private open = true;

  /** @throws StorageError where it can't be opened; it is made where there is none. */
  constructor(readonly path: string) {
    this.file = storing(cannot('write', path), () => openSync(path, 'a'));
  }

  /**
   * Adds a line: once this has come back, it outlives the process.
   *
   * @throws StorageError where it can't be written, or only a part of it.
   */
  write(line: string): void {
    storing(cannot('write', this.path), () => writeAll(this.file, Buffer.from(`${line}\n`)));
  }

  /** Ends it; again, it does nothing. */
  close(): void {
    if (!this.open) return;
    this.open = false;
    storing(cannot('write', this.path), () => closeSync(this.file));
  }
}
