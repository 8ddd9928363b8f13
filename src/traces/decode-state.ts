import { NUM_SIZE_CLASSES, TINY_SIZE, type CacheState, type SpanState, type State } from '../spec/index.js';
import { BASE, COUNT, OFFSET, SIZE_CLASS } from './decode-operation.js';
import {
  array,
  boolean,
  byNumber,
  integer,
  nullable,
  number,
  object,
  string,
  tuple,
  word,
} from './decoders.js';
import type { Decoder, JsonReader } from './json-reader.js';
import { quoted } from './trace-error.js';
import type { TraceLevel } from './trace-level.js';

const BASES = array(BASE);

/** Lists by page count: longer spans share one list. */
const LISTS = byNumber(1, 127, BASES);

const BY_CLASS = byNumber(0, NUM_SIZE_CLASSES - 1, COUNT);

const BIT = integer(0, 1);

/** Slots of an `allocCache`, 32 at a time. */
const WORD = integer(0, 2 ** 32 - 1);

const COMMON_FIELDS = { base: BASE, npages: COUNT, needzero: BIT, state: word('free', 'stack', 'inuse') };

const PAGE_FIELDS = {
  npreleased: COUNT,
  unusedsince: COUNT,
  sizeclass: SIZE_CLASS,
  elemsize: OFFSET,
  allocCount: COUNT,
  sweepgen: integer(-2, 0),
  specials: array(tuple(OFFSET, integer(1, 2))),
};

const OBJECT_FIELDS = {
  limit: OFFSET,
  nelems: COUNT,
  freeindex: COUNT,
  incache: boolean,
  allocBits: string,
  gcmarkBits: string,
  allocCache: tuple(WORD, WORD),
};

const readSpan = {
  pages: object(COMMON_FIELDS, PAGE_FIELDS),
  objects: object(COMMON_FIELDS, { ...PAGE_FIELDS, ...OBJECT_FIELDS }),
};

type FoundSpan = ReturnType<(typeof readSpan)['objects']>;
type SpanField = keyof typeof PAGE_FIELDS | keyof typeof OBJECT_FIELDS;

/** Keys that a span must or may have besides those that all spans have. */
interface SpanKeys {
  /** Whose these keys are, in words. */
  readonly of: string;
  readonly required: readonly SpanField[];
  readonly optional: readonly SpanField[];
}

const IN_USE: readonly SpanField[] = ['allocCount', 'elemsize', 'sizeclass', 'sweepgen'];
const OF_OBJECTS: readonly SpanField[] = [
  ...IN_USE,
  'limit',
  'nelems',
  'freeindex',
  'incache',
  'allocBits',
  'gcmarkBits',
];

const FREE_KEYS: SpanKeys = { of: 'that is "free"', required: ['npreleased', 'unusedsince'], optional: [] };
const STACK_KEYS: SpanKeys = { of: 'that is "stack"', required: [], optional: [] };
const IN_USE_KEYS: SpanKeys = { of: 'that is "inuse"', required: IN_USE, optional: ['specials'] };
const LARGE_KEYS: SpanKeys = { of: 'that holds an object', required: OF_OBJECTS, optional: ['specials'] };
const SMALL_KEYS: SpanKeys = {
  of: 'that holds small objects',
  required: [...OF_OBJECTS, 'allocCache'],
  optional: ['specials'],
};

const SPAN_FIELD_NAMES = [...Object.keys(PAGE_FIELDS), ...Object.keys(OBJECT_FIELDS)] as SpanField[];

function keysOf(span: FoundSpan): SpanKeys {
  if (span.state === 'free') return FREE_KEYS;
  if (span.state === 'stack') return STACK_KEYS;
  if (!OBJECT_FIELD_NAMES.some((name) => span[name] !== undefined)) return IN_USE_KEYS;
  return span.sizeclass === 0 ? LARGE_KEYS : SMALL_KEYS;
}

const OBJECT_FIELD_NAMES = Object.keys(OBJECT_FIELDS) as (keyof typeof OBJECT_FIELDS)[];

/** Keys come in any order, so what a span must have is known when all of it has been read. */
function spanOf(read: Decoder<FoundSpan>): Decoder<SpanState> {
  return (json) => {
    const found = read(json);
    const { of, required, optional } = keysOf(found);
    for (const name of SPAN_FIELD_NAMES) {
      const present = found[name] !== undefined;
      if (!present && required.includes(name)) {
        json.failBehind(`the key "${name}" of a span ${of}`, 'the end of the object');
      }
      if (present && !required.includes(name) && !optional.includes(name)) {
        json.failBehind(`a span ${of} to have no key "${name}"`, 'one');
      }
    }
    if (found.nelems !== undefined) checkBits(json, found, found.nelems);
    return found as SpanState;
  };
}

/** Bits are whole bytes, as many as the objects need, and those of no object are 0. */
function checkBits(json: JsonReader, span: FoundSpan, nelems: number): void {
  const digits = 2 * Math.ceil(nelems / 8);
  for (const name of ['allocBits', 'gcmarkBits'] as const) {
    const bits = span[name] ?? '';
    if (bits.length !== digits || !/^[0-9a-f]*$/.test(bits)) {
      json.failBehind(`${digits} hexadecimal digits as "${name}"`, quoted(bits));
    }
    const last = parseInt(bits.slice(-2) || '0', 16);
    if (nelems % 8 !== 0 && last >> (nelems % 8) !== 0) {
      json.failBehind(`the bits behind the last object to be 0 in "${name}"`, quoted(bits.slice(-2)));
    }
  }
}

const CACHE_FIELDS = {
  alloc: byNumber(0, NUM_SIZE_CLASSES - 1, BASE),
  counters: object(
    {},
    { scan: COUNT, tinyallocs: COUNT, nlookup: COUNT, largefree: COUNT, nlargefree: COUNT },
  ),
  nsmallfree: BY_CLASS,
};

const cacheWithTiny = object(CACHE_FIELDS, { tiny: OFFSET, tinyoffset: integer(0, TINY_SIZE) });

const cache = {
  pages: object(CACHE_FIELDS),
  objects: ((json) => {
    const found = cacheWithTiny(json);
    if ((found.tiny === undefined) !== (found.tinyoffset === undefined)) {
      json.failBehind('both keys, "tiny" and "tinyoffset", or none', 'one');
    }
    return found;
  }) satisfies Decoder<CacheState>,
};

const ARENAS = array(OFFSET);

function fieldsOf(level: TraceLevel) {
  return {
    spans: array(spanOf(readSpan[level])),
    free: LISTS,
    freelarge: BASES,
    busy: LISTS,
    busylarge: BASES,
    central: byNumber(0, NUM_SIZE_CLASSES - 1, object({ nonempty: BASES, empty: BASES })),
    mcache: array(nullable(cache[level])),
    sweepStacks: object({ swept: BASES, unswept: BASES }),
    gcBitsArenas: object({ free: COUNT, next: ARENAS, current: ARENAS, previous: ARENAS }),
    nsmallfree: BY_CLASS,
    clock: COUNT,
    marking: boolean,
    sweepPagesPerByte: number(0),
  };
}

const objectsState = object(fieldsOf('objects'), { bytesMarked: COUNT });

/** Reads a whole state, of a trace of either level. */
export const decodeState: Readonly<Record<TraceLevel, Decoder<State>>> = {
  pages: object(fieldsOf('pages')),
  objects: (json) => {
    const state = objectsState(json);
    if (state.marking && state.bytesMarked === undefined) {
      json.failBehind('the key "bytesMarked" while marking', 'the end of the object');
    }
    if (!state.marking && state.bytesMarked !== undefined) {
      json.failBehind('no key "bytesMarked" but while marking', 'one');
    }
    return state;
  },
};
