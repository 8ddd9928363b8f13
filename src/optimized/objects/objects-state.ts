import { PAGE_SIZE } from '../../spec/index.js';
import type { ObjectsState } from '../../spec/index.js';
import { LAYOUT } from '../pages/layout.js';
import { slackOf } from '../pages/page-heap.js';
import type { PageHeap } from '../pages/page-heap.js';
import type { SpanObjects } from './span-objects.js';

const { ALLOC_BITS, CACHED, FLAGS, MARK_BITS, NIL, NPAGES, SIZECLASS_SHIFT, START } = LAYOUT;

/** What can be observed of the objects of a span. */
export function objectsState(pages: PageHeap, objects: SpanObjects, s: number): ObjectsState {
  const { words } = pages.records;
  const nelems = objects.nelems(s);
  const freeindex = objects.freeindex(s);
  const isSmall = words[s + FLAGS] >>> SIZECLASS_SHIFT !== 0;
  return {
    limit: (words[s + START] + words[s + NPAGES]) * PAGE_SIZE - slackOf(words, s),
    nelems,
    freeindex,
    incache: words[s + CACHED] !== NIL,
    allocBits: hex(words, words[s + ALLOC_BITS], nelems),
    gcmarkBits: hex(words, words[s + MARK_BITS], nelems),
    ...(isSmall ? { allocCache: allocCache(words, words[s + ALLOC_BITS], freeindex, nelems) } : {}),
  };
}

/** The bits of `nelems` objects as bytes in hexadecimal. */
function hex(words: Int32Array, first: number, nelems: number): string {
  let text = '';
  for (let index = 0; index < nelems; index += 8) {
    const byte = (words[first + (index >>> 5)] >>> (index & 31)) & 0xff;
    const inRange = nelems - index < 8 ? byte & ((1 << (nelems - index)) - 1) : byte;
    text += inRange.toString(16).padStart(2, '0');
  }
  return text;
}

/**
 * The runtime's `allocCache` (`mheap.go:203`), as the low and the high 32 bits: bit i says that the object at
 * `freeindex` + i is free, up to the next multiple of 64, and as far as there are objects.
 */
function allocCache(words: Int32Array, first: number, freeindex: number, nelems: number): [number, number] {
  const halves: [number, number] = [0, 0];
  const end = Math.min((freeindex | 63) + 1, nelems);
  for (let index = freeindex; index < end; index++) {
    const isFree = ((words[first + (index >>> 5)] >>> (index & 31)) & 1) === 0;
    const bit = index - freeindex;
    if (isFree) halves[bit >>> 5] += 2 ** (bit & 31);
  }
  return halves;
}
