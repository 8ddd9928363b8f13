import { Bitmap } from './bitmap.js';
import { LAYOUT } from './layout.js';
import type { SpanRecords } from './span-records.js';

const { NPAGES, START } = LAYOUT;

/** Pages for which there is room at first. */
const FIRST_CAPACITY = 256;

/**
 * The way from a page to its span (`mheap.spans`), for the part of the arena that is mapped.
 *
 * The runtime writes an entry for each page of a span that it allocates. Here only the entries of a span's first and
 * last page must be right, which takes the same time for a span of any length; those between are left as they were.
 * An entry is right where its span is one that has the page. Where not, a bitmap of last pages leads to the span, and
 * the entry is put right for the next time.
 */
export class SpanTable {
  /** Records by page. There is always room for at least one entry more than pages are mapped, and that one is 0. */
  entries = new Int32Array(FIRST_CAPACITY);
  /** The last page of each span. */
  readonly lastPages = new Bitmap(FIRST_CAPACITY);
  /** Pages mapped (`arena_used`). */
  mapped = 0;

  constructor(private readonly records: SpanRecords) {}

  /** Bytes of the table and its bitmap, with the room that is left. */
  get bytes(): number {
    const { leaves, middle, top } = this.lastPages;
    return this.entries.byteLength + leaves.byteLength + middle.byteLength + top.byteLength;
  }

  /** Maps `npages` more pages. They belong to no span yet. */
  extend(npages: number): void {
    this.mapped += npages;
    let capacity = this.entries.length;
    if (this.mapped < capacity) return;
    while (this.mapped >= capacity) capacity *= 2;
    const entries = new Int32Array(capacity);
    entries.set(this.entries);
    this.entries = entries;
    this.lastPages.extend(capacity);
  }

  /** The span whose first page is `page`, which must be mapped, or 0. */
  startingAt(page: number): number {
    const s = this.entries[page];
    return this.records.words[s + START] === page ? s : 0;
  }

  /** The span that `page`, which must be mapped, belongs to. */
  containing(page: number): number {
    const { words } = this.records;
    const s = this.entries[page];
    // Dead records have no pages.
    return (page - words[s + START]) >>> 0 < words[s + NPAGES] ? s : this.correct(page);
  }

  /** The span that ends in front of `page`, or 0. */
  endingBefore(page: number): number {
    return page > 0 ? this.entries[page - 1] : 0;
  }

  /** Enters that what was one span, from `start` on, now is `s` in front and `rest`, of `npages` pages, behind it. */
  cut(s: number, rest: number, start: number, npages: number): void {
    const { entries } = this;
    entries[start - 1] = s;
    entries[start] = rest;
    entries[start + npages - 1] = rest;
    this.lastPages.add(start - 1);
  }

  /** Enters a span at each of its pages. */
  fill(s: number, start: number, npages: number): void {
    for (let page = start; page < start + npages; page++) this.entries[page] = s;
  }

  /** Enters a span at both of its ends. */
  enter(s: number, start: number, npages: number): void {
    this.entries[start] = s;
    this.entries[start + npages - 1] = s;
  }

  /** Puts the entry of a page inside of a span right, and returns the span. */
  private correct(page: number): number {
    const s = this.entries[this.lastPages.next(page)];
    this.entries[page] = s;
    return s;
  }
}
