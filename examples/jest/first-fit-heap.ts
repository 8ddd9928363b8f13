import { PAGE_SIZE, type Operation, type OperationResult } from 'heapspec';

interface Span {
  readonly base: number;
  readonly end: number;
}

/** A page heap as simple as it gets: a list of live spans, and the first gap that is wide enough. */
export class FirstFitHeap {
  /** In address order. */
  private live: readonly Span[] = [];
  private readonly arenaBytes: number;

  constructor(arenaPages: number) {
    this.arenaBytes = arenaPages * PAGE_SIZE;
  }

  perform(operation: Operation): OperationResult {
    switch (operation.op) {
      case 'alloc': {
        const base = this.allocate(operation.npages);
        return base === null ? null : { base, zeroed: operation.needzero };
      }
      case 'allocStack': {
        const base = this.allocate(operation.npages);
        return base === null ? null : { base };
      }
      case 'free':
      case 'freeStack':
        this.live = this.live.filter((span) => span.base !== operation.base);
        return undefined;
      default:
        throw new Error(`this heap has no ${operation.op}`);
    }
  }

  private allocate(npages: number): number | null {
    const base = this.firstGap(npages * PAGE_SIZE);
    const end = base + npages * PAGE_SIZE;
    if (end > this.arenaBytes) return null;
    this.live = [...this.live, { base, end }].sort((a, b) => a.base - b.base);
    return base;
  }

  protected firstGap(bytes: number): number {
    let start = 0;
    for (const span of this.live) {
      if (span.base - start >= bytes) return start;
      start = span.end;
    }
    return start;
  }
}
