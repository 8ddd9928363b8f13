import { Bitmap } from './bitmap.js';
import type { Fate } from '../fate.js';
import { LAYOUT } from './layout.js';
import { LargeIndex } from './large-index.js';
import type { SpanLists } from './span-lists.js';

const { FREE_HEADS, HEAD_WORDS, LIST, NEXT, NIL, PREV } = LAYOUT;

/**
 * All free spans: lists by exact length, newest first, for the short ones (`mheap.free`), an index for the others
 * (`mheap.freelarge`).
 */
export class FreeSpans {
  /** The lengths, in pages, up to {@link LONGEST_INDEXED}, of which there are free spans. */
  readonly lengths = new Bitmap(256);
  readonly large: LargeIndex;

  /**
   * @param maxHeapList - spans of fewer pages have a list of their own length: at most 128
   * @param arenaPages - first pages are below this
   */
  constructor(
    private readonly lists: SpanLists,
    fate: Fate,
    private readonly maxHeapList: number,
    arenaPages: number,
  ) {
    this.large = new LargeIndex(lists, fate, this.lengths, arenaPages);
  }

  /** The list of free spans of `npages` pages, which must be below `maxHeapList`. */
  listOf(npages: number): number {
    return FREE_HEADS + npages * HEAD_WORDS;
  }

  /** Puts a span of `npages` pages in: in front of its list, or into the index. */
  insert(words: Int32Array, s: number, npages: number): void {
    if (npages < this.maxHeapList) {
      this.lists.insert(words, this.listOf(npages), s);
      this.lengths.add(npages);
    } else {
      this.large.insert(words, s, npages);
    }
  }

  /** Takes a span of `npages` pages out. */
  remove(words: Int32Array, s: number, npages: number): void {
    if (npages < this.maxHeapList) {
      this.removeShort(words, s, npages);
    } else {
      this.large.remove(words, s);
    }
  }

  /**
   * The least length, in pages, of a free span that has at least `npages`; 0 where there is none. It is found in the
   * bitmap alone, so that what depends on it need not wait for a span's record.
   */
  leastLength(words: Int32Array, npages: number): number {
    const length = npages < this.lengths.capacity ? this.lengths.next(npages) : 0;
    return length > 0 ? length : this.large.leastOverflow(words, npages);
  }

  /** Takes out, of the free spans of exactly `length` pages, the newest of a list or the lowest of the index. */
  take(words: Int32Array, length: number): number {
    if (length >= this.maxHeapList) return this.large.takeLowest(words, length);
    const list = this.listOf(length);
    const s = words[list + NEXT];
    const next = words[s + NEXT];
    words[list + NEXT] = next;
    words[next + PREV] = list;
    words[s + LIST] = NIL;
    this.lengths.keepIf(length, next ^ list);
    return s;
  }

  /** Takes a span out of the list of its length. */
  private removeShort(words: Int32Array, s: number, npages: number): void {
    const list = this.listOf(npages);
    this.lists.remove(words, list, s);
    this.lengths.keepIf(npages, words[list + NEXT] ^ list);
  }
}
