import assert from 'node:assert/strict';
import { Chance } from '../../programs/chance.js';
import { LAYOUT } from './layout.js';
import { SpanRecords } from './span-records.js';
import { SpanTable } from './span-table.js';

const { NIL, NPAGES, START } = LAYOUT;

/** A table beside the plainest model of it: the records of all spans, in the order of their addresses. */
class Tiling {
  readonly records = new SpanRecords();
  readonly table = new SpanTable(this.records);
  readonly spans: number[] = [];

  /** Maps pages and makes them a span. */
  grow(npages: number): void {
    const start = this.table.mapped;
    this.table.extend(npages);
    const s = this.newRecord(start, npages);
    this.table.lastPages.add(start + npages - 1);
    this.table.enter(s, start, npages);
    this.spans.push(s);
  }

  /** Cuts a span so that `npages` stay in front. */
  split(index: number, npages: number): void {
    const s = this.spans[index];
    const length = this.pagesOf(s);
    const start = this.startOf(s) + npages;
    const rest = this.newRecord(start, length - npages);
    this.records.words[s + NPAGES] = npages;
    this.table.cut(s, rest, start, length - npages);
    this.spans.splice(index + 1, 0, rest);
  }

  /** Unites a span with the next one, under the record of either. */
  merge(index: number, keepFirst: boolean): void {
    const [first, second] = this.spans.slice(index, index + 2);
    const start = this.startOf(first);
    const npages = this.pagesOf(first) + this.pagesOf(second);
    const [kept, gone] = keepFirst ? [first, second] : [second, first];
    this.table.lastPages.delete(this.startOf(second) - 1);
    this.records.release(this.records.words, gone);
    this.records.words[kept + START] = start;
    this.records.words[kept + NPAGES] = npages;
    this.table.enter(kept, start, npages);
    this.spans.splice(index, 2, kept);
  }

  /** Asks for every page, and for the word behind the last one. */
  check(): void {
    const { table } = this;
    let page = 0;
    let before: number = NIL;
    for (const s of this.spans) {
      assert.equal(this.startOf(s), page);
      assert.equal(table.endingBefore(page), before);
      for (const end = page + this.pagesOf(s); page < end; page++) {
        if (table.containing(page) !== s) assert.equal(table.containing(page), s, `containing ${page}`);
        const starting = page === this.startOf(s) ? s : NIL;
        if (table.startingAt(page) !== starting) assert.equal(table.startingAt(page), starting, `at ${page}`);
      }
      before = s;
    }
    assert.equal(page, table.mapped);
    assert.equal(table.endingBefore(page), before);
    assert.equal(table.entries.at(page), NIL);
  }

  startOf(s: number): number {
    return this.records.words[s + START];
  }

  pagesOf(s: number): number {
    return this.records.words[s + NPAGES];
  }

  private newRecord(start: number, npages: number): number {
    this.records.reserve(1);
    const s = this.records.take(this.records.words);
    this.records.words[s + START] = start;
    this.records.words[s + NPAGES] = npages;
    return s;
  }
}

describe('the span table', () => {
  it.each([1, 2, 3, 4])('knows each page through random cuts, unions and growth (seed %d)', (seed) => {
    const chance = new Chance(seed, 0, 0);
    const tiling = new Tiling();
    tiling.grow(chance.between(1, 40));
    for (let step = 0; step < 600; step++) {
      const { spans } = tiling;
      const index = chance.below(spans.length);
      const npages = tiling.pagesOf(spans[index]);
      // Tides: for a while spans get fewer, then more, so that records die and are used again.
      const merges = Math.floor(step / 60) % 2 === 1 ? 0.8 : 0.2;
      if (chance.happens(0.03)) tiling.grow(chance.magnitude(1, 200));
      else if (chance.happens(merges)) {
        if (index + 1 < spans.length) tiling.merge(index, chance.happens(0.5));
      } else if (npages > 1) tiling.split(index, chance.pick([1, npages - 1, chance.between(1, npages - 1)]));
      if (step % 3 === 0) tiling.check();
    }
    assert.ok(tiling.table.mapped > 256, 'it has grown');
  });

  it.each([254, 255, 256, 257, 511, 512])('has an entry more than pages when %d are mapped', (mapped) => {
    const tiling = new Tiling();
    tiling.grow(mapped - 1);
    tiling.grow(1);
    tiling.check();
    assert.ok(tiling.table.entries.length > mapped);
    assert.ok(tiling.table.lastPages.capacity > mapped);
  });

  it('does not take a stale entry for the beginning of a span', () => {
    const tiling = new Tiling();
    tiling.grow(10);
    tiling.split(0, 4);
    tiling.merge(0, true);
    // Page 4 still names the record that died, which then becomes a span elsewhere. Nobody has asked for it yet.
    tiling.grow(3);
    assert.equal(tiling.table.entries[4], tiling.spans[1]);
    tiling.check();
  });

  it('takes 4.13 bytes a page where it is just full, and 8.26 with one page more', () => {
    const table = new SpanTable(new SpanRecords());
    const pages = 2 ** 22;
    table.extend(pages - 1);
    assert.equal(table.bytes, pages * (4 + 1 / 8 + 1 / 256 + 1 / 8192));
    assert.equal((table.bytes / (pages - 1)).toFixed(2), '4.13');
    table.extend(1);
    assert.equal((table.bytes / pages).toFixed(2), '8.26');
  });
});
