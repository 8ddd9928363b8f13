import assert from 'node:assert/strict';
import { LAYOUT } from './layout.js';
import { SpanRecords } from './span-records.js';

const {
  DEAD,
  FIRST_RECORD,
  FLAGS,
  INUSE,
  NIL,
  NO_PAGE,
  NPAGES,
  RECORD_WORDS,
  START,
  STATE,
  SWEEPGEN,
  UNUSED_SINCE,
} = LAYOUT;

/** Takes a record as the heap does. */
function take(records: SpanRecords): number {
  records.reserve(1);
  return records.take(records.words);
}

const recordAt = (number: number) => FIRST_RECORD + number * RECORD_WORDS;

/** The words of a record but for the two that hold a time. */
const OTHER_WORDS = Array.from({ length: RECORD_WORDS }, (_, word) => word).filter(
  (word) => word !== UNUSED_SINCE && word !== UNUSED_SINCE + 1,
);

describe('span records', () => {
  it('are made in a row, and handed out again newest death first', () => {
    const records = new SpanRecords();
    const [a, b, c] = [take(records), take(records), take(records)];
    assert.deepEqual([a, b, c], [0, 1, 2].map(recordAt));
    records.release(records.words, b);
    records.release(records.words, a);
    assert.deepEqual([records.made, records.inUse], [3, 1]);
    records.release(records.words, c);
    assert.deepEqual([take(records), take(records), take(records)], [c, a, b]);
    assert.equal(records.dead, NIL);
    assert.equal(take(records), recordAt(3));
    assert.deepEqual([records.made, records.inUse], [4, 4]);
  });

  it('keep their last sweep, but neither place nor state, when they die', () => {
    const records = new SpanRecords();
    const s = take(records);
    const { words } = records;
    words[s + START] = 5;
    words[s + NPAGES] = 6;
    words[s + FLAGS] = INUSE | (66 << 8);
    words[s + SWEEPGEN] = 8;
    records.release(words, s);
    assert.deepEqual(
      [words[s + START], words[s + NPAGES], words[s + FLAGS] & STATE, words[s + FLAGS], words[s + SWEEPGEN]],
      [NO_PAGE, 0, DEAD, DEAD, 8],
    );
  });

  it('keep all words and times while their number grows', () => {
    const records = new SpanRecords();
    const spans: number[] = [];
    for (let i = 0; i < 5000; i++) {
      const s = take(records);
      spans.push(s);
      for (const word of OTHER_WORDS) records.words[s + word] = i * 16 + word;
      records.setUnusedSince(s, i === 0 ? Number.MAX_SAFE_INTEGER : 2 ** 40 + i);
    }
    spans.forEach((s, i) => {
      assert.equal(s, recordAt(i));
      for (const word of OTHER_WORDS) {
        if (records.words[s + word] !== i * 16 + word) assert.fail(`word ${word} of record ${i}`);
      }
      assert.equal(records.unusedSince(s), i === 0 ? Number.MAX_SAFE_INTEGER : 2 ** 40 + i);
    });
    assert.equal(records.words[START], NO_PAGE);
  });

  it("are a line of the processor's cache each, in an array that begins 16 bytes behind the begin of one", () => {
    assert.equal((16 + FIRST_RECORD * 4) % 64, 0);
    assert.equal((RECORD_WORDS * 4) % 64, 0);
  });

  it('leave room for something else between them, which is no record', () => {
    const records = new SpanRecords();
    const a = take(records);
    const room = records.takeRoom(32);
    const b = take(records);
    assert.deepEqual([a, room, b], [0, 1, 33].map(recordAt));
    assert.deepEqual([records.made, records.inUse], [2, 2]);
    assert.ok(records.words.length >= b + RECORD_WORDS);
  });

  it('are not moved by handing out what was reserved, whatever room was left', () => {
    for (let made = 0; made <= 130; made++) {
      for (const count of [1, 2, 32]) {
        const records = new SpanRecords();
        for (let i = 0; i < made; i++) take(records);
        records.reserve(count);
        const { words } = records;
        let last = 0;
        for (let i = 0; i < count; i++) last = records.take(words);
        assert.equal(records.words, words);
        assert.ok(last + RECORD_WORDS <= words.length, `${made} made, ${count} reserved`);
      }
    }
  });

  it('take 64 bytes each, and with the room for more of them at most 128 as a power of two is passed', () => {
    const records = new SpanRecords();
    const heads = FIRST_RECORD * 4;
    assert.deepEqual([heads, RECORD_WORDS * 4], [3312, 64]);
    for (let made = 1; made <= 4097; made++) {
      take(records);
      const room = Math.max(32, 2 ** Math.ceil(Math.log2(made)));
      assert.equal(records.bytes, heads + room * 64);
    }
    assert.equal(records.bytes, heads + 8192 * 64);
  });
});
