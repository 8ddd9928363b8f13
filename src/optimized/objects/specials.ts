import { KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE, PAGE_SIZE } from '../../spec/index.js';
import { LAYOUT } from '../pages/layout.js';
import type { PageHeap } from '../pages/page-heap.js';
import { objectIndex } from './size-classes.js';
import type { SpanObjects } from './span-objects.js';

const { FLAGS, NIL, NPAGES, SIZECLASS_SHIFT, SPECIALS, START } = LAYOUT;

/** Words of a record: the next one of its span, then offset (16 bits) and kind. */
const RECORD_WORDS = 2;
const NEXT = 0;
const OFFSET_AND_KIND = 1;
const KIND_SHIFT = 16;
const OFFSET_MASK = 0xffff;

const FIRST_CAPACITY = 16;

/** The special records of objects (`mheap.go:1106`), in a list for each span that {@link LAYOUT}.SPECIALS begins. */
export class Specials {
  /** Finalizer records that are out of their allocator. */
  finalizers = 0;
  /** Profile records that are out of their allocator. */
  profiles = 0;

  /** Record 0 is none. */
  private words = new Int32Array(FIRST_CAPACITY * RECORD_WORDS);
  /** What each record was given for, by its number. */
  private ids = new Float64Array(FIRST_CAPACITY);
  private made = 1;
  /** The record that was freed last, or NIL. */
  private free: number = NIL;

  constructor(
    private readonly pages: PageHeap,
    private readonly objects: SpanObjects,
  ) {}

  /**
   * Splices a record into the list of a span, before the first one of a greater offset or, at the same offset, kind;
   * not where there is one of that offset and kind (`mheap.go:1128`). Only the low 16 bits of an offset are kept.
   */
  add(s: number, offset: number, kind: number, id: number): boolean {
    let before: number = NIL;
    let after = this.pages.records.words[s + SPECIALS];
    while (after !== NIL) {
      const there = this.offsetOf(after);
      if (offset === there && kind === this.kindOf(after)) return false;
      if (offset < there || (offset === there && kind < this.kindOf(after))) break;
      before = after;
      after = this.nextOf(after);
    }
    const x = this.take();
    this.words[x * RECORD_WORDS + NEXT] = after;
    this.words[x * RECORD_WORDS + OFFSET_AND_KIND] = (kind << KIND_SHIFT) | (offset & OFFSET_MASK);
    this.ids[x] = id;
    this.link(s, before, x);
    return true;
  }

  /** Takes the finalizer off the object at `offset` bytes from the base of a span, if it has one (`mheap.go:1267`). */
  removeFinalizer(s: number, offset: number): void {
    const spans = this.pages.records.words;
    let before: number = NIL;
    for (let x = spans[s + SPECIALS]; x !== NIL; x = this.nextOf(x)) {
      if (this.offsetOf(x) === offset && this.kindOf(x) === KIND_SPECIAL_FINALIZER) {
        this.link(s, before, this.nextOf(x));
        this.release(x);
        this.finalizers -= 1;
        return;
      }
      before = x;
    }
  }

  /** The records of a span in list order, as pairs of offset and kind. */
  list(s: number): [offset: number, kind: number][] {
    const pairs: [number, number][] = [];
    for (let x = this.pages.records.words[s + SPECIALS]; x !== NIL; x = this.nextOf(x)) {
      pairs.push([this.offsetOf(x), this.kindOf(x)]);
    }
    return pairs;
  }

  /**
   * Does what is to be done for the records of those objects of a span that have no mark: its finalizers are queued, and
   * the object is marked, so that it lives one more cycle; where it has none, it is dead, and its profile record goes
   * (`mheap.go:1299`).
   */
  sweep(s: number): void {
    const spans = this.pages.records.words;
    const sizeclass = spans[s + FLAGS] >>> SIZECLASS_SHIFT;
    let before: number = NIL;
    let x = spans[s + SPECIALS];
    while (x !== NIL) {
      const index = objectIndex(sizeclass, this.offsetOf(x));
      if (this.objects.isMarked(s, index)) {
        before = x;
      } else {
        const hasFinalizer = this.hasFinalizer(s, x, index);
        if (hasFinalizer) this.objects.setMark(s, index);
        this.finishObject(s, before, index, hasFinalizer ? KIND_SPECIAL_FINALIZER : KIND_SPECIAL_PROFILE);
      }
      x = before === NIL ? spans[s + SPECIALS] : this.nextOf(before);
    }
  }

  /** Whether one of the records of an object, of which `x` is the first, is a finalizer. */
  private hasFinalizer(s: number, x: number, index: number): boolean {
    const sizeclass = this.pages.records.words[s + FLAGS] >>> SIZECLASS_SHIFT;
    for (let y = x; y !== NIL && this.mayBelong(s, y, index); y = this.nextOf(y)) {
      const isOfObject = objectIndex(sizeclass, this.offsetOf(y)) === index;
      if (isOfObject && this.kindOf(y) === KIND_SPECIAL_FINALIZER) return true;
    }
    return false;
  }

  /** Finishes the records of one kind that an object has; they stand somewhere behind the record `before`. */
  private finishObject(s: number, before: number, index: number, kind: number): void {
    const spans = this.pages.records.words;
    const sizeclass = spans[s + FLAGS] >>> SIZECLASS_SHIFT;
    let previous = before;
    let x = before === NIL ? spans[s + SPECIALS] : this.nextOf(before);
    while (x !== NIL && this.mayBelong(s, x, index)) {
      const next = this.nextOf(x);
      if (objectIndex(sizeclass, this.offsetOf(x)) === index && this.kindOf(x) === kind) {
        this.link(s, previous, next);
        this.finish(s, x);
      } else {
        previous = x;
      }
      x = next;
    }
  }

  /** Whether a record or one behind it may belong to an object: only offsets that were cut to 16 bits are out of order. */
  private mayBelong(s: number, x: number, index: number): boolean {
    const { words } = this.pages.records;
    if (words[s + NPAGES] * PAGE_SIZE > OFFSET_MASK + 1) return true;
    return objectIndex(words[s + FLAGS] >>> SIZECLASS_SHIFT, this.offsetOf(x)) === index;
  }

  /** Runs what a record is there for, and takes it back. */
  private finish(s: number, x: number): void {
    const { host, records } = this.pages;
    if (this.kindOf(x) === KIND_SPECIAL_FINALIZER) {
      host.queueFinalizer(records.words[s + START] * PAGE_SIZE + this.offsetOf(x), this.ids[x]);
      this.finalizers -= 1;
    } else {
      host.profileFree(this.ids[x], this.objects.elemsize(s));
      this.profiles -= 1;
    }
    this.release(x);
  }

  /** Lets the record `x` follow `before`, or come first where that is NIL. */
  private link(s: number, before: number, x: number): void {
    if (before === NIL) this.pages.records.words[s + SPECIALS] = x;
    else this.words[before * RECORD_WORDS + NEXT] = x;
  }

  private release(x: number): void {
    this.words[x * RECORD_WORDS + NEXT] = this.free;
    this.free = x;
  }

  private take(): number {
    const x = this.free;
    if (x !== NIL) {
      this.free = this.nextOf(x);
      return x;
    }
    if (this.made === this.ids.length) this.extend();
    this.made += 1;
    return this.made - 1;
  }

  private extend(): void {
    const words = new Int32Array(this.words.length * 2);
    const ids = new Float64Array(this.ids.length * 2);
    words.set(this.words);
    ids.set(this.ids);
    this.words = words;
    this.ids = ids;
  }

  private nextOf(x: number): number {
    return this.words[x * RECORD_WORDS + NEXT];
  }

  private offsetOf(x: number): number {
    return this.words[x * RECORD_WORDS + OFFSET_AND_KIND] & OFFSET_MASK;
  }

  private kindOf(x: number): number {
    return this.words[x * RECORD_WORDS + OFFSET_AND_KIND] >>> KIND_SHIFT;
  }
}
