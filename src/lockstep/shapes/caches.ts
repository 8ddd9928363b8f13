import type { Placement } from '../objects/object-ledger.js';
import type { ObjectSpan } from '../objects/object-span.js';
import { shapes } from './shape.js';
import type { Tally } from './shape.js';

/** Caches and the spans that they take. */
const CACHES = shapes('caches', {
  added: 'A cache is made.',
  'removed-with-spans': 'A cache is removed that has spans, which go back.',
  'removed-empty': 'A cache is removed that has no span.',
  'flushed-with-spans': 'A cache gives its spans back.',
  'flushed-empty': 'A cache is flushed that has no span.',
  'flush-closes-block': 'A flush closes an open block of tiny objects.',
  'several-of-class': 'Two caches have a span of the same class at once.',
  'passed-on': 'A cache goes on in a span that another cache has given back.',
  resumed: 'A cache takes a span again that it has given back itself.',
});

/** All shapes of caches. */
export const CACHE_SHAPES = CACHES;

type CacheShape = (typeof CACHES)[number]['name'];

/** Knows which spans caches have, from where they allocate. */
export class CacheSpans {
  readonly #current = new Map<number, Map<number, ObjectSpan>>();
  /** The cache that has, or had last, a span. */
  readonly #owners = new WeakMap<ObjectSpan, number>();

  /** Notes that cache `p` allocates in a span, and says whether it has just taken it. */
  takes(tally: Tally<CacheShape>, p: number, { span, fresh }: Placement): boolean {
    const spans = this.#of(p);
    if (spans.get(span.sizeclass) === span) return false;
    spans.set(span.sizeclass, span);
    for (const [other, others] of this.#current) {
      if (other !== p && others.has(span.sizeclass)) {
        tally.count('caches/several-of-class');
        break;
      }
    }
    if (!fresh) tally.count(this.#owners.get(span) === p ? 'caches/resumed' : 'caches/passed-on');
    this.#owners.set(span, p);
    return true;
  }

  /** Notes a flush, and gives the size classes of the spans that went back. */
  flush(tally: Tally<CacheShape>, p: number, hadBlock: boolean): readonly number[] {
    const classes = [...this.#of(p).keys()];
    tally.count(classes.length > 0 ? 'caches/flushed-with-spans' : 'caches/flushed-empty');
    if (hadBlock) tally.count('caches/flush-closes-block');
    this.#current.delete(p);
    return classes;
  }

  /** Notes that a cache is gone, and gives the size classes of the spans that went back. */
  remove(tally: Tally<CacheShape>, p: number): readonly number[] {
    const classes = [...this.#of(p).keys()];
    tally.count(classes.length > 0 ? 'caches/removed-with-spans' : 'caches/removed-empty');
    this.#current.delete(p);
    return classes;
  }

  /** All caches are flushed at once. */
  flushAll(): void {
    this.#current.clear();
  }

  #of(p: number): Map<number, ObjectSpan> {
    let spans = this.#current.get(p);
    if (spans === undefined) {
      spans = new Map();
      this.#current.set(p, spans);
    }
    return spans;
  }
}
