const LINE_FEED = 0x0a;

/** One line of a text, without its line feed. */
export interface Line {
  /** Counted from 1. */
  readonly number: number;
  /** Valid until the next line is asked for. */
  readonly bytes: Uint8Array;
}

/** A line is longer than a trace may have. */
export class LineTooLong extends Error {
  override readonly name = 'LineTooLong';
}

/** Cuts bytes that come in chunks into lines; holds little more than the longest line so far. */
export class LineSplitter {
  /** Lines that have been given. */
  lines = 0;
  /** The beginning of a line whose end has not come: the first `pendingBytes` bytes. */
  private pending = new Uint8Array(1 << 16);
  private pendingBytes = 0;

  /** @param maxBytes - The most bytes that a line may have. */
  constructor(private readonly maxBytes: number) {}

  /**
   * Gives the lines that end in this chunk.
   *
   * @throws {@link LineTooLong} as soon as a line is, behind those before it.
   */
  *split(chunk: Uint8Array): Generator<Line, void> {
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LINE_FEED, start);
      const part = chunk.subarray(start, end < 0 ? chunk.length : end);
      if (this.pendingBytes + part.length > this.maxBytes) {
        throw new LineTooLong(`line longer than ${this.maxBytes} bytes`);
      }
      if (end < 0) {
        this.keep(part);
        return;
      }
      yield this.finish(part);
      start = end + 1;
    }
  }

  /** The last line, where it does not end in a line feed. */
  last(): Line | undefined {
    return this.pendingBytes > 0 ? this.finish(new Uint8Array()) : undefined;
  }

  private finish(part: Uint8Array): Line {
    let bytes = part;
    if (this.pendingBytes > 0) {
      this.keep(part);
      bytes = this.pending.subarray(0, this.pendingBytes);
      this.pendingBytes = 0;
    }
    return { number: ++this.lines, bytes };
  }

  private keep(part: Uint8Array): void {
    const length = this.pendingBytes + part.length;
    if (length > this.pending.length) {
      const larger = new Uint8Array(Math.max(length, Math.min(2 * this.pending.length, this.maxBytes)));
      larger.set(this.pending.subarray(0, this.pendingBytes));
      this.pending = larger;
    }
    this.pending.set(part, this.pendingBytes);
    this.pendingBytes = length;
  }
}
