import { KIND_SPECIAL_FINALIZER } from '../../spec/index.js';
import type { Mheap } from '../mheap.js';
import { objectIndexAt } from '../objects/size-classes.js';
import type { Span, Special } from '../span.js';

/**
 * Takes special records off the objects of a span that are not marked ("Sweeping a span", 2). One with finalizers is
 * marked, so that it lives for one more cycle in which they can run, and its profile record stays.
 */
export function sweepSpecials(h: Mheap, span: Span): void {
  const objectOf = (special: Special) => objectIndexAt(span, special.offset);
  for (const index of new Set(span.specials.map(objectOf))) {
    if (span.gcmarkBits[index]) continue;
    const records = span.specials.filter((special) => objectOf(special) === index);
    const finalizers = records.filter((special) => special.kind === KIND_SPECIAL_FINALIZER);
    const revived = finalizers.length > 0;
    if (revived && index < span.nelems) span.gcmarkBits[index] = true;

    const done = revived ? finalizers : records;
    span.specials = span.specials.filter((special) => !done.includes(special));
    for (const special of done) freeSpecial(h, span, special);
  }
}

/** Queues a finalizer, or reports the end of a profiled object; its record is used again (`mheap.go:1299`). */
function freeSpecial(h: Mheap, span: Span, special: Special): void {
  if (special.kind === KIND_SPECIAL_FINALIZER) {
    h.host.queueFinalizer(span.base + special.offset, special.id);
    h.counters.finalizersInUse -= 1;
  } else {
    h.host.profileFree(special.id, span.elemsize);
    h.counters.profilesInUse -= 1;
  }
}
