import { NUM_SIZE_CLASSES, PAGE_SIZE, type Operation, type OperationResult } from '../../spec/index.js';
import { wasteOfClass, type ObjectSpan } from './object-span.js';
import type { Swept } from './sweep-span.js';

/** What the counters of a heap, with those that its caches have not yet given to it, must add up to. */
export class Accounts {
  /** Bytes of the objects marked in this cycle, or in the last. */
  bytesMarked = 0;
  /** Tiny objects that were placed in blocks that were open. */
  tinyParts = 0;
  /** Bytes that can hold pointers, of all objects ever. */
  scannable = 0;
  /** Address queries, and finalizers added while marking. */
  lookups = 0;
  /** Large objects that are live, and spans allocated and freed as such. */
  largeObjects = 0;
  /** Large objects that were freed by sweeping, and their bytes. */
  largeFrees = 0;
  largeFreedBytes = 0;
  /** Objects of each size class that were freed by sweeping. */
  readonly smallFrees = new Float64Array(NUM_SIZE_CLASSES);
  /** Bytes that were allocated since the last cycle's marking ended, as objects and as large spans. */
  allocated = 0;
  /** The most bytes that lie behind the last objects of the spans that caches have taken since then. */
  mostWaste = 0;
  /** Bytes of the objects that the last cycle marked. */
  private survived = 0;

  /** Bytes of what is live as far as is known: what the last cycle marked, and what came since. */
  get live(): number {
    return this.survived + this.allocated;
  }

  noteObject(span: ObjectSpan, scan: number): void {
    this.scannable += scan;
    this.allocated += span.elemsize;
    if (span.sizeclass === 0) this.largeObjects++;
    else this.mostWaste += wasteOfClass(span.sizeclass);
  }

  noteTinyPart(): void {
    this.tinyParts++;
  }

  /** Notes an operation that has to do with no object. */
  note(operation: Operation, result: OperationResult): void {
    if (operation.op === 'query') this.lookups++;
    if (operation.op === 'alloc' && operation.large && result !== null) {
      this.largeObjects++;
      this.allocated += operation.npages * PAGE_SIZE;
    }
    if (operation.op === 'free') this.largeObjects -= operation.acct;
  }

  noteSwept({ span, before }: Swept): void {
    const freed = before - span.used;
    if (freed <= 0) return;
    if (span.sizeclass > 0) {
      this.smallFrees[span.sizeclass] += freed;
    } else {
      this.largeFrees++;
      this.largeFreedBytes += span.elemsize;
      this.largeObjects--;
    }
  }

  endCycle(): void {
    this.survived = this.bytesMarked;
    this.allocated = 0;
    this.mostWaste = 0;
  }
}
