import { FatalError } from '../spec/index.js';

/** Whether a heap still lives: the parts of a heap share it, and any of them can end it. */
export class Fate {
  /** What the heap ended in, or null while it lives. */
  error: FatalError | null = null;
  /** Called when it ends. */
  onEnd: () => void = () => undefined;

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
    this.onEnd();
    throw this.error;
  }
}
