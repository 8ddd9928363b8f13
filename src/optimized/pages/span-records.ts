import { LAYOUT } from './layout.js';

const {
  DEAD,
  FIRST_RECORD,
  FLAGS,
  FREE_HEADS,
  HEAD_WORDS,
  HEADS_END,
  NEXT,
  NIL,
  NO_PAGE,
  NPAGES,
  PREV,
  RECORD_WORDS,
  START,
  UNUSED_SINCE,
} = LAYOUT;

/** Records for which there is room at first. */
const FIRST_CAPACITY = 32;

/**
 * The allocator of span records (`fixalloc` of the runtime): the record that died last is handed out first, and a
 * record is made only where none is dead. See `layout.ts` for what lies where.
 */
export class SpanRecords {
  /** Records and list heads. The array is replaced when it grows, in {@link reserve} and {@link takeRoom}. */
  words: Int32Array;
  /** The same memory as doubles, for {@link UNUSED_SINCE}. */
  times: Float64Array;
  /** Index of the word behind all that is in use. */
  end: number = FIRST_RECORD;
  /** Number of records ever made (`allspans`). */
  made = 0;
  /** The record that died last, or {@link NIL}. */
  dead: number = NIL;
  /** Number of records handed out (`fixalloc.inuse`). */
  inUse = 0;

  constructor() {
    this.words = new Int32Array(FIRST_RECORD + FIRST_CAPACITY * RECORD_WORDS);
    this.times = new Float64Array(this.words.buffer);
    this.words[START] = NO_PAGE;
    for (let head = FREE_HEADS; head < HEADS_END; head += HEAD_WORDS) {
      this.words[head + NEXT] = head;
      this.words[head + PREV] = head;
    }
  }

  /** Bytes of the records and list heads, with the room that is left. */
  get bytes(): number {
    return this.words.byteLength;
  }

  /** Makes sure that `count` records, at most 32, can be handed out before {@link words} has to be replaced. */
  reserve(count: number): void {
    if (this.end + count * RECORD_WORDS > this.words.length) this.extend();
  }

  /** Hands out a record. Its content is that of its last life, or zeros. There must be room: {@link reserve}. */
  take(words: Int32Array): number {
    this.inUse += 1;
    const s = this.dead;
    if (s === NIL) {
      const fresh = this.end;
      this.end = fresh + RECORD_WORDS;
      this.made += 1;
      return fresh;
    }
    this.dead = words[s + NEXT];
    return s;
  }

  /** Hands out the room of `count` records, at most 32, for something else, and returns its first word. It never comes back. */
  takeRoom(count: number): number {
    this.reserve(count);
    const first = this.end;
    this.end = first + count * RECORD_WORDS;
    return first;
  }

  /** Takes a record back, which must be in no list. */
  release(words: Int32Array, s: number): void {
    words[s + NEXT] = this.dead;
    // The span table may still name this record, at pages that were the ends of its span.
    words[s + START] = NO_PAGE;
    words[s + NPAGES] = 0;
    words[s + FLAGS] = DEAD;
    this.dead = s;
    this.inUse -= 1;
  }

  /** When a free span became free, in ns. */
  unusedSince(s: number): number {
    return this.times[(s + UNUSED_SINCE) >>> 1];
  }

  setUnusedSince(s: number, ns: number): void {
    this.times[(s + UNUSED_SINCE) >>> 1] = ns;
  }

  private extend(): void {
    const words = new Int32Array(this.words.length * 2 - FIRST_RECORD);
    words.set(this.words);
    this.words = words;
    this.times = new Float64Array(words.buffer);
  }
}
