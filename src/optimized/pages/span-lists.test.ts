import assert from 'node:assert/strict';
import { FATAL } from '../../spec/index.js';
import { Fate } from '../fate.js';
import { LAYOUT } from './layout.js';
import { SpanLists } from './span-lists.js';
import { SpanRecords } from './span-records.js';

const { BUSY_LARGE, FREE_HEADS, HEAD_WORDS, LIST, NEXT, NIL, OVERFLOW, PREV } = LAYOUT;
const A = FREE_HEADS + HEAD_WORDS;
const B = BUSY_LARGE;

function setUp() {
  const fate = new Fate();
  const lists = new SpanLists(fate);
  const records = new SpanRecords();
  const { words } = records;
  const spans = Array.from({ length: 5 }, () => records.take(words));
  return { fate, lists, words, spans };
}

/** The members of a list, read forwards; reading backwards must give the same. */
function members({ lists, words }: ReturnType<typeof setUp>, list: number): number[] {
  const forwards: number[] = [];
  for (let s = lists.first(words, list); s !== NIL; s = lists.following(words, list, s)) forwards.push(s);
  const backwards: number[] = [];
  for (let s = words[list + PREV]; s !== list; s = words[s + PREV]) backwards.push(s);
  assert.deepEqual(backwards, forwards.toReversed());
  assert.equal(lists.isEmpty(words, list), forwards.length === 0);
  return forwards;
}

describe('lists of spans', () => {
  it('keep the order in which spans came in at either end', () => {
    const it = setUp();
    const { lists, words, spans } = it;
    const [a, b, c, d, e] = spans;
    assert.deepEqual(members(it, A), []);
    lists.insert(words, A, a);
    lists.insertBack(words, A, b);
    lists.insert(words, A, c);
    lists.insertBack(words, A, d);
    lists.insertBack(words, B, e);
    assert.deepEqual([members(it, A), members(it, B)], [[c, a, b, d], [e]]);
  });

  it.each([0, 1, 2, 3, 4])('close up where the span at place %d goes, and let it in elsewhere', (place) => {
    const it = setUp();
    const { lists, words, spans } = it;
    for (const s of spans) lists.insertBack(words, A, s);
    lists.remove(words, A, spans[place]);
    assert.deepEqual(members(it, A), spans.toSpliced(place, 1));
    assert.equal(words[spans[place] + LIST], NIL);
    lists.insert(words, OVERFLOW, spans[place]);
    assert.deepEqual(members(it, OVERFLOW), [spans[place]]);
  });

  it('are empty rings again when all spans are gone', () => {
    const it = setUp();
    const { lists, words, spans } = it;
    for (const s of spans) lists.insert(words, A, s);
    for (const s of spans) lists.remove(words, A, s);
    assert.deepEqual(members(it, A), []);
    assert.deepEqual([words[A + NEXT], words[A + PREV]], [A, A]);
  });

  type Misuse = [name: string, misuse: (it: ReturnType<typeof setUp>) => void, message: string];
  const misuses: Misuse[] = [
    ['taking out what stands in none', (it) => it.lists.remove(it.words, A, it.spans[4]), FATAL.listRemove],
    [
      'taking out what stands in another',
      (it) => it.lists.remove(it.words, B, it.spans[0]),
      FATAL.listRemove,
    ],
    [
      'putting in front what is in already',
      (it) => it.lists.insert(it.words, A, it.spans[0]),
      FATAL.listInsert,
    ],
    [
      'putting in front what is in another',
      (it) => it.lists.insert(it.words, B, it.spans[1]),
      FATAL.listInsert,
    ],
    [
      'putting behind what is in already',
      (it) => it.lists.insertBack(it.words, A, it.spans[1]),
      FATAL.listInsertBack,
    ],
    [
      'putting behind what is in another',
      (it) => it.lists.insertBack(it.words, B, it.spans[0]),
      FATAL.listInsertBack,
    ],
  ];

  it.each(misuses)('end the heap on %s, and stay as they were', (_, misuse, message) => {
    const it = setUp();
    for (const s of it.spans.slice(0, 2)) it.lists.insertBack(it.words, A, s);
    const before = [...it.words];
    it.fate.check();
    assert.throws(() => misuse(it), { name: 'FatalError', message });
    assert.deepEqual([...it.words], before);
    assert.equal(it.fate.error?.message, message);
    assert.throws(
      () => it.fate.check(),
      (error) => error === it.fate.error,
    );
  });

  it('say what the runtime says', () => {
    assert.deepEqual(
      [FATAL.listRemove, FATAL.listInsert, FATAL.listInsertBack],
      ['MSpanList_Remove', 'MSpanList_Insert', 'MSpanList_InsertBack'],
    );
  });
});
