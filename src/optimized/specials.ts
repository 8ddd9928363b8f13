import { FATAL, KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE } from '../spec/index.js';
import { LAYOUT } from './layout.js';
import type { PageHeap } from './page-heap.js';

const { NIL, SPECIALS } = LAYOUT;

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

  constructor(private readonly pages: PageHeap) {}

  /**
   * Adds a finalizer to the object at `offset` bytes from the base of a span, and says whether it had none
   * (`mheap.go:1227`).
   *
   * @param s - the span, or NIL where the address lies in no object
   * @throws FatalError where `s` is NIL.
   */
  addFinalizer(s: number, offset: number, id: number): boolean {
    this.finalizers += 1;
    const added = this.add(s, offset, KIND_SPECIAL_FINALIZER, id);
    if (!added) this.finalizers -= 1;
    return added;
  }

  /**
   * Takes the finalizer off the object at `offset` bytes from the base of a span, if it has one (`mheap.go:1267`).
   *
   * @throws FatalError where `s` is NIL.
   */
  removeFinalizer(s: number, offset: number): void {
    if (s === NIL) this.pages.fate.end(FATAL.removeSpecial);
    const spans = this.pages.records.words;
    let before: number = NIL;
    for (let x = spans[s + SPECIALS]; x !== NIL; x = this.nextOf(x)) {
      if (this.offsetOf(x) === offset && this.kindOf(x) === KIND_SPECIAL_FINALIZER) {
        this.link(s, before, this.nextOf(x));
        this.words[x * RECORD_WORDS + NEXT] = this.free;
        this.free = x;
        this.finalizers -= 1;
        return;
      }
      before = x;
    }
  }

  /**
   * Adds a profile record to the object at `offset` bytes from the base of a span (`mheap.go:1286`).
   *
   * @throws FatalError where `s` is NIL, or the object has one already.
   */
  setProfile(s: number, offset: number, id: number): void {
    this.profiles += 1;
    if (!this.add(s, offset, KIND_SPECIAL_PROFILE, id)) this.pages.fate.end(FATAL.profileAlreadySet);
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
   * Splices a record into the list of a span, before the first one of a greater offset or, at the same offset, kind;
   * not where there is one of that offset and kind (`mheap.go:1128`). Only the low 16 bits of an offset are kept.
   */
  private add(s: number, offset: number, kind: number, id: number): boolean {
    if (s === NIL) this.pages.fate.end(FATAL.addSpecial);
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

  /** Lets the record `x` follow `before`, or come first where that is NIL. */
  private link(s: number, before: number, x: number): void {
    if (before === NIL) this.pages.records.words[s + SPECIALS] = x;
    else this.words[before * RECORD_WORDS + NEXT] = x;
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
