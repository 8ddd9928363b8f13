import { FATAL } from '../../spec/index.js';
import type { Bitmap } from './bitmap.js';
import type { Fate } from '../fate.js';
import { LAYOUT, LONGEST_INDEXED } from './layout.js';
import type { SpanLists } from './span-lists.js';

const { INDEXED, LEFT, LIST, NIL, NPAGES, OVERFLOW, PARENT, RIGHT, START } = LAYOUT;

/**
 * The free spans that are too long for a list of their own (`mheap.freelarge`), found by best fit: the shortest that
 * is long enough, of several the one with the lowest address (`mheap.go:747`).
 *
 * Spans of one length form a digital search tree over the bits of their first page: the tree's nodes are the spans
 * themselves; below a node, spans with a 0 at the node's bit go to the left, the others to the right. A node's own
 * start lies anywhere among those below it. A tree is at most as deep as a page number has bits, so it needs no
 * balancing. The bitmap of lengths says which trees are not empty.
 *
 * The few spans above {@link LONGEST_INDEXED} stand in a plain list.
 */
export class LargeIndex {
  /** The root of each length's tree; as long as the longest length that was ever there demands. */
  roots = new Int32Array(256);
  /** First pages are below this power of two. */
  readonly pageLimit: number;

  /**
   * @param lengths - the set of lengths with free spans, kept up to date here for lengths in the index
   * @param arenaPages - first pages are below this
   */
  constructor(
    private readonly lists: SpanLists,
    private readonly fate: Fate,
    private readonly lengths: Bitmap,
    arenaPages: number,
  ) {
    this.pageLimit = 2 ** (32 - Math.clz32(arenaPages - 1));
  }

  /**
   * Puts a free span in.
   *
   * @throws FatalError where it stands in a list already.
   */
  insert(words: Int32Array, s: number, length: number): void {
    if (length > LONGEST_INDEXED) {
      this.lists.insert(words, OVERFLOW, s);
      return;
    }
    if (words[s + LIST] !== NIL) this.fate.end(FATAL.listInsert);
    words[s + LIST] = INDEXED;
    words[s + LEFT] = NIL;
    words[s + RIGHT] = NIL;
    if (length >= this.roots.length) this.extend(length);
    const root = this.roots[length];
    if (root === NIL) {
      this.roots[length] = s;
      words[s + PARENT] = NIL;
      this.lengths.add(length);
      return;
    }
    const link = this.placeBelow(words, root, words[s + START]);
    words[link] = s;
    words[s + PARENT] = link;
  }

  /**
   * Takes a span out.
   *
   * @throws FatalError where it is not in.
   */
  remove(words: Int32Array, s: number): void {
    if (words[s + NPAGES] > LONGEST_INDEXED) {
      this.lists.remove(words, OVERFLOW, s);
      return;
    }
    if (words[s + LIST] !== INDEXED) this.fate.end(FATAL.listRemove);
    let leaf = s;
    for (;;) {
      const child = words[leaf + LEFT] || words[leaf + RIGHT];
      if (child === NIL) break;
      leaf = child;
    }
    this.unlink(words, s, leaf);
  }

  /** Takes out the span of exactly `length` pages, of which there must be one, that has the lowest address. */
  takeLowest(words: Int32Array, length: number): number {
    if (length > LONGEST_INDEXED) return this.takeLowestOverflow(words, length);
    let leaf = this.roots[length];
    let lowest = leaf;
    let lowestStart = words[leaf + START];
    for (;;) {
      // Left of a node all starts are less than right of it: the lowest is the node's own or lies on the left.
      const child = words[leaf + LEFT] || words[leaf + RIGHT];
      if (child === NIL) break;
      leaf = child;
      const start = words[leaf + START];
      if (start < lowestStart) {
        lowest = leaf;
        lowestStart = start;
      }
    }
    this.unlink(words, lowest, leaf);
    return lowest;
  }

  /** The least length of at least `npages` among the spans that are too long for the trees; 0 where none is as long. */
  leastOverflow(words: Int32Array, npages: number): number {
    let least = 0;
    for (let s = this.lists.first(words, OVERFLOW); s !== NIL; s = this.lists.following(words, OVERFLOW, s)) {
      const length = words[s + NPAGES];
      if (length >= npages && (least === 0 || length < least)) least = length;
    }
    return least;
  }

  /** Takes out the lowest of the spans of `length` pages that are too long for the trees. */
  private takeLowestOverflow(words: Int32Array, length: number): number {
    let lowest: number = NIL;
    for (let s = this.lists.first(words, OVERFLOW); s !== NIL; s = this.lists.following(words, OVERFLOW, s)) {
      if (words[s + NPAGES] !== length) continue;
      if (lowest === NIL || words[s + START] < words[lowest + START]) lowest = s;
    }
    this.lists.remove(words, OVERFLOW, lowest);
    return lowest;
  }

  /** Goes down from a node to the empty link under which `start` belongs. */
  private placeBelow(words: Int32Array, root: number, start: number): number {
    let bit = this.pageLimit >>> 1;
    let node = root;
    for (;;) {
      const link = (start & bit) === 0 ? node + LEFT : node + RIGHT;
      node = words[link];
      if (node === NIL) return link;
      bit >>>= 1;
    }
  }

  /** Takes `s` out and puts `leaf`, which stands below it or is `s` itself, in its place. */
  private unlink(words: Int32Array, s: number, leaf: number): void {
    const link = words[leaf + PARENT];
    if (link === NIL) {
      const length = words[s + NPAGES];
      this.roots[length] = NIL;
      this.lengths.delete(length);
    } else {
      words[link] = NIL;
      if (leaf !== s) this.replace(words, s, leaf);
    }
    words[s + LIST] = NIL;
  }

  /** Gives `leaf`, which stands nowhere, the place of `s`. */
  private replace(words: Int32Array, s: number, leaf: number): void {
    const left = words[s + LEFT];
    const right = words[s + RIGHT];
    const link = words[s + PARENT];
    words[leaf + LEFT] = left;
    words[leaf + RIGHT] = right;
    words[leaf + PARENT] = link;
    if (left !== NIL) words[left + PARENT] = leaf + LEFT;
    if (right !== NIL) words[right + PARENT] = leaf + RIGHT;
    if (link === NIL) this.roots[words[s + NPAGES]] = leaf;
    else words[link] = leaf;
  }

  /** Makes room for trees of spans of up to `length` pages. */
  private extend(length: number): void {
    let capacity = this.roots.length;
    while (capacity <= length) capacity *= 2;
    const roots = new Int32Array(capacity);
    roots.set(this.roots);
    this.roots = roots;
    this.lengths.extend(capacity);
  }
}
