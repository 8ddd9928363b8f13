import {
  MAX_ARENA_PAGES,
  MAX_REQUEST_BYTES,
  MAX_REQUEST_PAGES,
  NUM_SIZE_CLASSES,
  PAGE_SIZE,
  type Operation,
  type OperationName,
  type OperationResult,
} from '../spec/index.js';
import { boolean, integer, multiple, nullable, object, tuple } from './decoders.js';
import type { Decoder } from './json-reader.js';

const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** Bytes of the largest arena. */
const MAX_ARENA = MAX_ARENA_PAGES * PAGE_SIZE;

/** A count, an id, a duration in ns: any number that is exact. */
export const COUNT = integer(0, MAX_SAFE);

/** A byte offset from the start of the arena, perhaps below it. */
const ADDRESS = integer(-MAX_SAFE, MAX_SAFE);

/** A byte offset within the arena, or its end. */
export const OFFSET = integer(0, MAX_ARENA);

/** The base of a span, in bytes from the start of the arena. */
export const BASE = multiple(PAGE_SIZE, MAX_ARENA - PAGE_SIZE);

/** The number of a size class; 0 stands for large objects. */
export const SIZE_CLASS = integer(0, NUM_SIZE_CLASSES - 1);

const REQUESTED_PAGES = integer(1, MAX_REQUEST_PAGES);

const mallocArguments = object({
  needzero: boolean,
  p: COUNT,
  scan: integer(0, MAX_REQUEST_BYTES),
  size: integer(1, MAX_REQUEST_BYTES),
});

/** 0 or 1, as the operation `free` takes it. */
const ACCT = integer(0, 1) as Decoder<0 | 1>;

/** How an operation is written: its arguments, and its result where it gives one. */
interface Codec {
  readonly args?: Decoder<object>;
  /** Whether `args` may be left out. */
  readonly argsOptional?: boolean;
  readonly result?: Decoder<OperationResult>;
}

type Arguments<N extends OperationName> = Omit<Extract<Operation, { op: N }>, 'op'>;

type CodecOf<N extends OperationName> = Codec &
  ([keyof Arguments<N>] extends [never] ? { args?: never } : { args: Decoder<Arguments<N>> });

/** How each operation is written. */
export const OPERATION_CODECS: { readonly [N in OperationName]: CodecOf<N> } = {
  alloc: {
    args: object({ large: boolean, needzero: boolean, npages: REQUESTED_PAGES, sizeclass: SIZE_CLASS }),
    result: nullable(object({ base: BASE, zeroed: boolean })),
  },
  free: { args: object({ acct: ACCT, base: BASE, needzero: boolean }) },
  allocStack: { args: object({ npages: REQUESTED_PAGES }), result: nullable(object({ base: BASE })) },
  freeStack: { args: object({ base: BASE }) },
  tick: { args: object({ ns: COUNT }) },
  scavenge: { args: object({ limit: COUNT }), result: OFFSET },
  freeOSMemory: { result: OFFSET },
  query: {
    args: object({}, { addr: ADDRESS }),
    argsOptional: true,
    result: object(
      {
        inheap: boolean,
        inHeapOrStack: boolean,
        lookupMaybe: nullable(BASE),
        mlookup: nullable(tuple(OFFSET, OFFSET)),
      },
      { spanOf: BASE },
    ),
  },
  addFinalizer: {
    args: object({ addr: ADDRESS, id: COUNT, p: COUNT }),
    result: object({ added: boolean }, { scanned: OFFSET }),
  },
  removeFinalizer: { args: object({ addr: ADDRESS, p: COUNT }) },
  setProfile: { args: object({ addr: ADDRESS, id: COUNT, p: COUNT }) },
  malloc: {
    args: (json) => {
      const args = mallocArguments(json);
      return args.scan <= args.size
        ? args
        : json.failBehind(`"scan" to be at most "size", ${args.size}`, `${args.scan}`);
    },
    result: object({ addr: OFFSET, zeroed: boolean }),
  },
  flush: { args: object({ p: COUNT }) },
  addProc: { result: COUNT },
  removeProc: { args: object({ p: COUNT }) },
  gcStart: {},
  mark: { args: object({ addr: ADDRESS }) },
  gcEnd: { args: object({ heapDistance: COUNT }) },
  sweepone: { args: object({ p: COUNT }), result: integer(-1, MAX_ARENA_PAGES) },
};

/** The names of all operations. */
export const OPERATION_NAMES = Object.keys(OPERATION_CODECS) as readonly OperationName[];
