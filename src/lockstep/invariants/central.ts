import { NUM_SIZE_CLASSES, type CentralState, type State } from '../../spec/index.js';
import type { Invariant, StateView } from './invariant.js';
import { objectSpans, type ObjectSpanState } from './object-states.js';

type ListName = keyof CentralState;

/** The spans of small objects by base. */
function smallSpans(state: State): Map<number, ObjectSpanState> {
  const small = objectSpans(state).filter(({ sizeclass }) => sizeclass > 0);
  return new Map(small.map((span) => [span.base, span]));
}

/** Finds the first span in a central list that is wrong and says how; entries that name no such span are passed over. */
function eachListed(
  state: State,
  wrong: (span: ObjectSpanState, list: ListName) => string | null,
): string | null {
  const spans = smallSpans(state);
  for (const [sizeclass, lists] of Object.entries(state.central)) {
    for (const list of ['nonempty', 'empty'] as const) {
      for (const base of lists[list]) {
        const span = spans.get(base);
        const problem = span === undefined ? null : wrong(span, list);
        if (problem !== null) return `span @${base} in ${list} of class ${sizeclass} ${problem}`;
      }
    }
  }
  return null;
}

function eachOnce({ state }: StateView): string | null {
  const rest = smallSpans(state);
  for (const [key, { nonempty, empty }] of Object.entries(state.central)) {
    const sizeclass = Number(key);
    if (!(sizeclass >= 1 && sizeclass < NUM_SIZE_CLASSES)) return `there is no class ${key}`;
    for (const base of [...nonempty, ...empty]) {
      const span = rest.get(base);
      if (span === undefined) {
        return `class ${key} lists @${base}, which is no span of small objects, or is listed twice`;
      }
      if (span.sizeclass !== sizeclass) return `class ${key} lists span @${base} of class ${span.sizeclass}`;
      rest.delete(base);
    }
  }
  for (const [base, { sizeclass }] of rest) {
    return `span @${base} of class ${sizeclass} is in no central list`;
  }
  return null;
}

function nonemptyHasRoom({ state }: StateView): string | null {
  return eachListed(state, ({ allocCount, nelems }, list) =>
    list === 'nonempty' && allocCount >= nelems ? `holds ${allocCount} objects of ${nelems}` : null,
  );
}

function cachedInEmpty({ state }: StateView): string | null {
  return eachListed(state, ({ incache }, list) => (list === 'nonempty' && incache ? "is a cache's" : null));
}

function emptyHasNoRoom({ state }: StateView): string | null {
  return eachListed(state, ({ incache, allocCount, nelems }, list) =>
    list === 'empty' && !incache && allocCount < nelems
      ? `is no cache's and has room: ${allocCount} objects of ${nelems}`
      : null,
  );
}

/** What holds of the central lists (`mheap.go:97` to `104`). */
export const CENTRAL_INVARIANTS: readonly Invariant[] = [
  {
    name: 'central.each-span-once',
    why: 'A span of small objects stands in exactly one of the two lists of its class, where caches and sweeping find it.',
    check: eachOnce,
  },
  {
    name: 'central.nonempty-has-room',
    why: 'A span in nonempty has a free slot: a cache that takes it must find one.',
    check: nonemptyHasRoom,
  },
  {
    name: 'central.cached-in-empty',
    why: 'What a cache has taken stands in empty, so that no other cache takes it too.',
    check: cachedInEmpty,
  },
  {
    name: 'central.empty-has-no-room',
    why: 'A span with free slots goes back to nonempty when its cache gives it back or when sweeping frees some, else they would be lost until the next cycle.',
    check: emptyHasNoRoom,
  },
];
