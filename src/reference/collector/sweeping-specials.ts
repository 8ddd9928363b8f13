import { KIND_SPECIAL_FINALIZER } from '../../spec/index.js';
import type { Mheap } from '../mheap.js';
import { objectIndexAt } from '../objects/size-classes.js';
import type { Span, Special } from '../span.js';

/**
 * Takes the special records off the objects of a span that are not marked ("Sweeping a span", 2). One with finalizers is
 * marked, so that it lives for one more cycle in which they can run, and its profile record stays.
 */
export function sweepSpecials(h: Mheap, span: Span): void {
  const objectOf = (special: Special) => objectIndexAt(span, special.offset);
  const ofTheDead = span.specials.filter((special) => !span.gcmarkBits[objectOf(special)]);
  const revived = ofTheDead.filter(isFinalizer).map(objectOf);
  for (const index of revived) if (index < span.nelems) span.gcmarkBits[index] = true;

  const done = ofTheDead.filter((special) => isFinalizer(special) || !revived.includes(objectOf(special)));
  span.specials = span.specials.filter((special) => !done.includes(special));
  for (const special of done) freeSpecial(h, span, special);
}

/** Queues a finalizer, or reports the end of a profiled object; its record is used again (`mheap.go:1299`). */
function freeSpecial(h: Mheap, span: Span, special: Special): void {
  if (isFinalizer(special)) {
    h.host.queueFinalizer(span.base + special.offset, special.id);
    h.counters.finalizersInUse -= 1;
  } else {
    h.host.profileFree(special.id, span.elemsize);
    h.counters.profilesInUse -= 1;
  }
}

function isFinalizer(special: Special): boolean {
  return special.kind === KIND_SPECIAL_FINALIZER;
}
