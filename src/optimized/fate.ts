import { FatalError } from '../spec/index.js';

/** Whether a heap still lives: the parts of a heap share it, and any of them can end it. */
export class Fate {
  /** What the heap ended in, or null while it lives. */
  error: FatalError | null = null;

  /** @throws the error that the heap ended in, where it did. */
  check(): void {
    if (this.error !== null) throw this.error;
  }

  /**
   * Ends the heap (`throw` in the runtime).
   *
   * @throws FatalError with `message`, always.
   */
  end(message: string): never {
    this.error = new FatalError(message);
    throw this.error;
  }
}
