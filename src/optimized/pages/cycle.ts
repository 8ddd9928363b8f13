import { MAX_HEAP_LIST } from '../../spec/index.js';
import { Bitmap } from './bitmap.js';
import { SweepStack } from './sweep-stack.js';

/** How far the collection cycle is: what the page heap, malloc and the collector have to know of each other. */
export class Cycle {
  /** Generation to which swept spans belong (`mheap.go:36`); 2 more with each cycle. */
  sweepgen = 0;
  /** Whether nothing is left to sweep (`mheap.go:37`). */
  sweepdone = true;
  /** Whether objects are being marked (`gcphase`). */
  marking = false;
  /** While objects are being marked: pages that were mapped when that began. Otherwise, and when the heap has ended, 0. */
  markable = 0;

  /** In-use spans that are swept, and those that were in use when the cycle began (`mheap.go:72`). */
  swept = new SweepStack();
  unswept = new SweepStack();

  /** Pages swept in this cycle (`mheap.go:79`). */
  pagesSwept = 0;
  /** Pages to sweep for each byte allocated (`mheap.go:80`); 0 where nothing is owed. */
  sweepPagesPerByte = 0;
  /** Bytes of spans allocated in this cycle (`mheap.go:78`). */
  spanBytesAlloc = 0;
  /** Bytes of the objects that are marked. */
  bytesMarked = 0;
  /**
   * The lengths of which a busy list may have a span in front that is not swept; of no other length is there one. Those
   * lists alone need to be looked at for something to reclaim.
   */
  readonly busyUnswept = new Bitmap(MAX_HEAP_LIST + 1);

  /** Operations that are interrupted at a claim, each by the next one. */
  interrupted = 0;

  /** Begins the next generation: what was swept is no longer. */
  nextGeneration(): void {
    this.sweepgen += 2;
    [this.swept, this.unswept] = [this.unswept, this.swept];
    this.sweepdone = false;
    this.pagesSwept = 0;
    for (let length = 1; length < MAX_HEAP_LIST; length++) this.busyUnswept.add(length);
  }
}
