import { OrderedIntegers } from './ordered-integers.js';
import { SpanList } from './span.js';

/** A list for each length below `bound` pages, and one for all spans from there on. */
export class ListsByLength {
  readonly bound: number;
  /** Under each length in pages; those that nothing stood in yet are missing. */
  readonly short: (SpanList | undefined)[] = [];
  readonly large = new SpanList();

  constructor(bound: number) {
    this.bound = bound;
  }

  /** The list for spans of `npages`. */
  of(npages: number): SpanList {
    if (npages >= this.bound) return this.large;
    return (this.short[npages] ??= new SpanList());
  }
}

/** Counts the spans of each length, so that the number of those long enough for a request is soon known. */
export class LengthCounts {
  readonly #lengths = new OrderedIntegers();
  readonly #counts = new Map<number, number>();

  /** One span of `npages` more. */
  add(npages: number): void {
    const count = this.of(npages);
    if (count === 0) this.#lengths.add(npages);
    this.#counts.set(npages, count + 1);
  }

  /** One span of `npages` less. */
  delete(npages: number): void {
    const count = this.of(npages);
    if (count > 1) {
      this.#counts.set(npages, count - 1);
    } else {
      this.#lengths.delete(npages);
      this.#counts.delete(npages);
    }
  }

  /** Spans of exactly `npages`. */
  of(npages: number): number {
    return this.#counts.get(npages) ?? 0;
  }

  /** The shortest length in pages, or -1 where there is no span. */
  shortest(): number {
    return this.#lengths.atOrAbove(0);
  }

  /** Whether at least `wanted` spans have `npages` or more. */
  hasFrom(npages: number, wanted: number): boolean {
    let found = 0;
    for (
      let length = this.#lengths.atOrAbove(npages);
      length >= 0;
      length = this.#lengths.atOrAbove(length + 1)
    ) {
      found += this.of(length);
      if (found >= wanted) return true;
    }
    return false;
  }
}
