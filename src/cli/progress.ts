import { stripVTControlCharacters } from 'node:util';
import type { Terminal } from './terminal.js';

const CLEAR_LINE = '\r\u001b[2K';

/** Least time, in ms, between two drawings. */
const INTERVAL = 100;

/** One line on standard error that tells how far the work is; nothing at all where nobody watches. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #now: () => number;
  #drawnAt = -Infinity;
  #shown = false;

  /** @param now - The time in ms. */
  constructor(terminal: Terminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
  }

  /** Shows a line instead of the last one; asked too often, it skips some. `line` makes it, when it is needed. */
  update(line: () => string): void {
    if (!this.#terminal.watched) return;
    const now = this.#now();
    if (now - this.#drawnAt < INTERVAL) return;
    this.#drawnAt = now;
    this.#shown = true;
    this.#terminal.stderr.write(CLEAR_LINE + cut(line(), (this.#terminal.stderr.columns ?? 80) - 1));
  }

  /** Takes the line away, so that something else can be printed. */
  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    this.#drawnAt = -Infinity;
    this.#terminal.stderr.write(CLEAR_LINE);
  }
}

/** A line that wraps can't be taken back: one that is too long loses its end, and its colours with it. */
function cut(line: string, columns: number): string {
  const plain = stripVTControlCharacters(line);
  return plain.length <= columns ? line : plain.slice(0, Math.max(columns, 0));
}
