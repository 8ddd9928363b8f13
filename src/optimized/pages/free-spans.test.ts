import assert from 'node:assert/strict';
import { Chance } from '../../programs/chance.js';
import { Fate } from '../fate.js';
import { FreeSpans } from './free-spans.js';
import { LAYOUT } from './layout.js';
import { SpanLists } from './span-lists.js';
import { SpanRecords } from './span-records.js';

const { LIST, NIL, NPAGES, START } = LAYOUT;

describe('the free spans', () => {
  it.each([1, 2, 9, 32, 128])('are taken by best fit where lists end below %d pages', (maxHeapList) => {
    const chance = new Chance(maxHeapList, 7, 0);
    const records = new SpanRecords();
    const fate = new Fate();
    const free = new FreeSpans(new SpanLists(fate), fate, maxHeapList, 4096);
    /** All free spans, the one that came last in front. */
    let all: { s: number; start: number; length: number }[] = [];

    /** Shortest first; of one length the last to come, or among the long ones the lowest. */
    const bestFor = (npages: number) =>
      all
        .filter(({ length }) => length >= npages)
        .sort((a, b) => a.length - b.length || (a.length < maxHeapList ? 0 : a.start - b.start))
        .at(0);

    for (let step = 0; step < 2000; step++) {
      const npages = chance.happens(0.5) ? chance.between(1, 6) : chance.magnitude(1, 600);
      const start = chance.below(4096);
      if (chance.happens(Math.floor(step / 100) % 2 === 0 ? 0.7 : 0.3)) {
        if (all.some((span) => span.start === start)) continue;
        records.reserve(1);
        const s = records.take(records.words);
        records.words[s + START] = start;
        records.words[s + NPAGES] = npages;
        free.insert(records.words, s, npages);
        all.unshift({ s, start, length: npages });
        continue;
      }
      const { words } = records;
      const best = bestFor(npages);
      assert.equal(free.leastLength(words, npages), best?.length ?? 0);
      const gone = chance.happens(0.5) ? best : all.at(chance.below(all.length + 1));
      if (gone === undefined) continue;
      if (gone === best) assert.equal(free.take(words, gone.length), gone.s);
      else free.remove(words, gone.s, gone.length);
      assert.equal(words[gone.s + LIST], NIL);
      records.release(words, gone.s);
      all = all.filter((span) => span !== gone);
      assert.equal(
        free.lengths.has(gone.length),
        all.some(({ length }) => length === gone.length),
      );
    }
  });
});
