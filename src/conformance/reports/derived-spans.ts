import { resultProblem } from '../../lockstep/index.js';
import { Bindings, type Command } from '../../programs/index.js';
import type { OperationResult } from '../../spec/index.js';

/** A span of which only so much is known as results tell. */
export interface DerivedSpan {
  /** Bytes from the start of the arena. */
  readonly base: number;
  readonly npages: number;
  readonly state: 'inuse' | 'stack';
}

/** The spans that an implementation gave out, as far as its results tell. */
export class DerivedSpans {
  private readonly bindings = new Bindings();
  private readonly live = new Map<number, DerivedSpan>();

  /** Notes a command that ended well, with its result. */
  note(command: Command, result: OperationResult): void {
    const operation = this.bindings.resolve(command);
    if (operation === null || resultProblem(operation, result) !== undefined) return;
    this.bindings.bind(command, result);
    switch (operation.op) {
      case 'alloc':
      case 'allocStack':
        if (typeof result === 'object' && result !== null && 'base' in result) {
          const state = operation.op === 'alloc' ? 'inuse' : 'stack';
          this.live.set(result.base, { base: result.base, npages: operation.npages, state });
        }
        return;
      case 'free':
      case 'freeStack':
        this.live.delete(operation.base);
        return;
      default:
    }
  }

  /** Those that are given out now, by address. */
  spans(): DerivedSpan[] {
    return [...this.live.values()].sort((a, b) => a.base - b.base);
  }
}
