import { FATAL } from '../../spec/index.js';
import type { Fate } from '../fate.js';
import { LAYOUT } from './layout.js';

const { ANY_SPAN, LIST, NEXT, NIL, PREV } = LAYOUT;

/**
 * Doubly linked lists of spans, threaded through their records (`mSpanList`). A list is named by its head, which
 * closes it into a ring, and each span knows the list in which it stands.
 *
 * Here and elsewhere callers hand in the words of the records, which they have at hand.
 */
export class SpanLists {
  constructor(private readonly fate: Fate) {}

  /** The first span of a list, or NIL. */
  first(words: Int32Array, list: number): number {
    const s = words[list + NEXT];
    return s === list ? NIL : s;
  }

  /** The span behind `s` in a list, or NIL. */
  following(words: Int32Array, list: number, s: number): number {
    const next = words[s + NEXT];
    return next === list ? NIL : next;
  }

  /** Whether a list has no spans (`mheap.go:1067`). */
  isEmpty(words: Int32Array, list: number): boolean {
    return words[list + NEXT] === list;
  }

  /**
   * Takes a span out of a list (`mheap.go:1047`).
   *
   * @throws FatalError where it stands in another one, or in none.
   */
  remove(words: Int32Array, list: number, s: number): void {
    if (words[s + LIST] !== list) this.failRemove();
    const next = words[s + NEXT];
    const prev = words[s + PREV];
    words[prev + NEXT] = next;
    words[next + PREV] = prev;
    words[s + LIST] = NIL;
  }

  /**
   * Puts a span in front of a list (`mheap.go:1071`).
   *
   * @throws FatalError where it stands in one already.
   */
  insert(words: Int32Array, list: number, s: number): void {
    if (words[s + LIST] !== NIL) this.failInsert();
    const first = words[list + NEXT];
    words[s + NEXT] = first;
    words[s + PREV] = list;
    words[first + PREV] = s;
    words[list + NEXT] = s;
    words[s + LIST] = list;
  }

  /**
   * Puts a span at the end of a list (`mheap.go:1089`).
   *
   * @throws FatalError where it stands in one already.
   */
  insertBack(words: Int32Array, list: number, s: number): void {
    if (words[s + LIST] !== NIL) this.failInsertBack();
    const last = words[list + PREV];
    words[s + PREV] = last;
    words[s + NEXT] = list;
    words[last + NEXT] = s;
    words[list + PREV] = s;
    words[s + LIST] = list;
  }

  /**
   * Takes a span out of a list and puts it in front of another one, in one go.
   *
   * @throws FatalError where it stands in another one than `from`, or in none.
   */
  moveToFront(words: Int32Array, from: number, to: number, s: number): void {
    if (words[s + LIST] !== from) this.failRemove();
    const next = words[s + NEXT] & ANY_SPAN;
    const prev = words[s + PREV] & ANY_SPAN;
    words[prev + NEXT] = next;
    words[next + PREV] = prev;
    const first = words[to + NEXT] & ANY_SPAN;
    words[s + NEXT] = first;
    words[s + PREV] = to;
    words[first + PREV] = s;
    words[to + NEXT] = s;
    words[s + LIST] = to;
  }

  /**
   * Takes a span out of a list and puts it at the end of another one, or of the same, in one go.
   *
   * @throws FatalError where it stands in another one than `from`, or in none.
   */
  moveToBack(words: Int32Array, from: number, to: number, s: number): void {
    if (words[s + LIST] !== from) this.failRemove();
    const next = words[s + NEXT] & ANY_SPAN;
    const prev = words[s + PREV] & ANY_SPAN;
    words[prev + NEXT] = next;
    words[next + PREV] = prev;
    const last = words[to + PREV] & ANY_SPAN;
    words[s + PREV] = last;
    words[s + NEXT] = to;
    words[last + NEXT] = s;
    words[to + PREV] = s;
    words[s + LIST] = to;
  }

  private failRemove(): never {
    this.fate.end(FATAL.listRemove);
  }

  private failInsert(): never {
    this.fate.end(FATAL.listInsert);
  }

  private failInsertBack(): never {
    this.fate.end(FATAL.listInsertBack);
  }
}
