import type { Mheap } from '../mheap.js';
import type { Span } from '../span.js';

/** Marks an object, and counts its bytes if it had no mark ("Caches and malloc", *Marking*). */
export function markObject(h: Mheap, span: Span, index: number): void {
  if (span.gcmarkBits[index]) return;
  span.gcmarkBits[index] = true;
  h.bytesMarked += span.elemsize;
}
