const LINE_FEED = 10;

/** Cuts bytes into lines, of which none may be longer than a limit; it never holds more than that. */
export class LineReader {
  private parts: Buffer[] = [];
  private held = 0;
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  /** Whether it holds the beginning of a line. */
  get isWithinLine(): boolean {
    return this.held > 0;
  }

  /** Takes more bytes and gives the lines that end in them; `flood` as soon as one is too long. */
  take(bytes: Buffer): string[] | 'flood' {
    const lines: string[] = [];
    let from = 0;
    for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, from)) {
      if (!this.keep(bytes.subarray(from, end))) return 'flood';
      lines.push(Buffer.concat(this.parts).toString('utf8'));
      this.clear();
      from = end + 1;
    }
    return this.keep(bytes.subarray(from)) ? lines : 'flood';
  }

  private keep(part: Buffer): boolean {
    if (this.held + part.length > this.maxBytes) {
      this.clear();
      return false;
    }
    if (part.length > 0) this.parts.push(part);
    this.held += part.length;
    return true;
  }

  private clear(): void {
    this.parts = [];
    this.held = 0;
  }
}

/** The end of what somebody writes, of a limited length. */
export class Tail {
  private bytes = Buffer.alloc(0);
  private readonly maxBytes: number;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  take(bytes: Buffer): void {
    const all = Buffer.concat([this.bytes, bytes.subarray(-this.maxBytes)]);
    this.bytes = Buffer.from(all.subarray(-this.maxBytes));
  }

  get text(): string {
    return this.bytes.toString('utf8').trim();
  }
}
