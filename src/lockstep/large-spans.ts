import type { Operation, OperationResult } from '../spec/index.js';
import type { ObjectLedger } from './objects/object-ledger.js';
import type { Claim } from './outcome.js';

/** Keeps account of the live spans that were asked for as large, which no state tells. */
export class LargeSpans {
  private readonly bases = new Set<number>();
  /** Since the last look: bases of large spans, and of spans freed as -1 - base. Noting is cheap, looking is rare. */
  private readonly news: number[] = [];

  /** Notes an operation that ended well, with those that ran inside of it. */
  observe(operation: Operation, result: OperationResult, claims: readonly Claim[]): void {
    for (const { steps } of claims) {
      for (const { operation: inner, outcome } of steps) {
        if (outcome.error === undefined) this.observe(inner, outcome.result, outcome.claims);
      }
    }
    if (operation.op === 'free') {
      this.news.push(-1 - operation.base);
    } else if (operation.op === 'alloc' && operation.large && typeof result === 'object' && result !== null) {
      if ('base' in result) this.news.push(result.base);
    }
  }

  /**
   * The bases of the live ones, those of large objects among them; undefined where a special record that nobody follows
   * may keep a large object.
   */
  current(objects: ObjectLedger): ReadonlySet<number> | undefined {
    for (const base of this.news) {
      if (base < 0) this.bases.delete(-1 - base);
      else this.bases.add(base);
    }
    this.news.length = 0;
    if (objects.stray) return undefined;
    if (objects.isEmpty) return this.bases;
    const all = new Set(this.bases);
    for (const { base, sizeclass } of objects.spans) if (sizeclass === 0) all.add(base);
    return all;
  }
}
