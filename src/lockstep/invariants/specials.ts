import { KIND_SPECIAL_FINALIZER, KIND_SPECIAL_PROFILE } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';

function wellFormed({ state }: StateView): string | null {
  for (const span of state.spans) {
    if (span.state !== 'inuse') continue;
    for (const [offset, kind] of span.specials ?? []) {
      const known = kind === KIND_SPECIAL_FINALIZER || kind === KIND_SPECIAL_PROFILE;
      if (!known || !Number.isInteger(offset) || offset < 0 || offset > 0xffff) {
        return `span @${span.base} has a special record of kind ${kind} at offset ${offset}`;
      }
    }
  }
  return null;
}

/** What holds of special records (`mheap.go:1106` to `1317`). */
export const SPECIAL_INVARIANTS: readonly Invariant[] = [
  {
    name: 'specials.well-formed',
    why: 'A special record is a finalizer or a profile, at an offset that is kept in 16 bits (mheap.go:1118).',
    check: wellFormed,
  },
];
