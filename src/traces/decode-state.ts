import { NUM_SIZE_CLASSES, type SpanState, type State } from '../spec/index.js';
import { BASE, COUNT, OFFSET, SIZE_CLASS } from './decode-operation.js';
import { array, boolean, byNumber, integer, nullable, number, object, tuple, word } from './decoders.js';
import type { Decoder } from './json-reader.js';

const BASES = array(BASE);

/** Lists by page count: longer spans share one list. */
const LISTS = byNumber(1, 127, BASES);

const BY_CLASS = byNumber(0, NUM_SIZE_CLASSES - 1, COUNT);

const BIT = integer(0, 1);

/** What each state of a span adds to what all spans have. */
const SPAN_FIELDS = {
  free: { required: ['npreleased', 'unusedsince'], optional: [] },
  stack: { required: [], optional: [] },
  inuse: { required: ['allocCount', 'elemsize', 'sizeclass', 'sweepgen'], optional: ['specials'] },
} as const;

const SPAN_FIELD_NAMES = [
  ...SPAN_FIELDS.free.required,
  ...SPAN_FIELDS.inuse.required,
  ...SPAN_FIELDS.inuse.optional,
];

const anySpan = object(
  { base: BASE, npages: COUNT, needzero: BIT, state: word('free', 'stack', 'inuse') },
  {
    npreleased: COUNT,
    unusedsince: COUNT,
    sizeclass: SIZE_CLASS,
    elemsize: OFFSET,
    allocCount: COUNT,
    sweepgen: integer(-2, 0),
    specials: array(tuple(OFFSET, integer(1, 2))),
  },
);

/** Keys come in any order, so what a span must have is known when all of it has been read. */
const span: Decoder<SpanState> = (json) => {
  const found = anySpan(json);
  const { required, optional }: { required: readonly string[]; optional: readonly string[] } =
    SPAN_FIELDS[found.state];
  for (const name of SPAN_FIELD_NAMES) {
    const present = found[name] !== undefined;
    if (!present && required.includes(name)) {
      json.failBehind(`the key "${name}" of a span that is "${found.state}"`, 'the end of the object');
    }
    if (present && !required.includes(name) && !optional.includes(name)) {
      json.failBehind(`a span that is "${found.state}" to have no key "${name}"`, 'one');
    }
  }
  return found as SpanState;
};

const cache = object({
  alloc: byNumber(0, NUM_SIZE_CLASSES - 1, BASE),
  counters: object(
    {},
    { scan: COUNT, tinyallocs: COUNT, nlookup: COUNT, largefree: COUNT, nlargefree: COUNT },
  ),
  nsmallfree: BY_CLASS,
});

const ARENAS = array(OFFSET);

/** Reads a whole state. */
export const decodeState: Decoder<State> = object({
  spans: array(span),
  free: LISTS,
  freelarge: BASES,
  busy: LISTS,
  busylarge: BASES,
  central: byNumber(0, NUM_SIZE_CLASSES - 1, object({ nonempty: BASES, empty: BASES })),
  mcache: array(nullable(cache)),
  sweepStacks: object({ swept: BASES, unswept: BASES }),
  gcBitsArenas: object({ free: COUNT, next: ARENAS, current: ARENAS, previous: ARENAS }),
  nsmallfree: BY_CLASS,
  clock: COUNT,
  marking: boolean,
  sweepPagesPerByte: number(0),
});
