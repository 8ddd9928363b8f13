import type { Operation, OperationResult } from '../spec/index.js';

/** Keeps account of the live spans that were asked for as large, which no state tells. */
export class LargeSpans {
  private readonly bases = new Set<number>();
  /** Since the last look: bases of large spans, and of spans freed as -1 - base. Noting is cheap, looking is rare. */
  private readonly news: number[] = [];

  /** Notes an operation that did not end in an error. */
  note(operation: Operation, result: OperationResult): void {
    if (operation.op === 'free') {
      this.news.push(-1 - operation.base);
    } else if (operation.op === 'alloc' && operation.large && typeof result === 'object' && result !== null) {
      if ('base' in result) this.news.push(result.base);
    }
  }

  /** The bases of the live ones. */
  current(): ReadonlySet<number> {
    for (const base of this.news) {
      if (base < 0) this.bases.delete(-1 - base);
      else this.bases.add(base);
    }
    this.news.length = 0;
    return this.bases;
  }
}
