import { heapConfig, type HeapConfig } from '../spec/index.js';
import { COUNT } from './decode-operation.js';
import { decodeState } from './decode-state.js';
import { beginStep } from './decode-step.js';
import { fields, integer, object, string, word, type ObjectInProgress } from './decoders.js';
import type { Decoder, JsonReader } from './json-reader.js';
import type { TraceLevel } from './trace-level.js';
import { TRACE_FORMAT, TRACE_VERSION, type TraceRecord } from './trace.js';

/** Where a record stands. */
export interface RecordPlace {
  readonly file: string;
  readonly line: number;
  /** The level of the trace, as its header says it; of no account for a header. */
  readonly level: TraceLevel;
}

/** Reads the record that stands at `place`: what it is follows from its first key. */
export function decodeRecord(json: JsonReader, place: RecordPlace): TraceRecord {
  let record: InProgress | undefined;
  json.object((key, at) => {
    if (record === undefined) record = begin(json, place, key, at);
    else record.entry(json, key, at);
  });
  return record === undefined ? json.failBehind(FIRST_KEYS, 'an empty object') : record.end(json);
}

type InProgress = ObjectInProgress<TraceRecord>;

const FIRST_KEYS = '"format" (of a header), "op" (of a step) or "state" as the first key';

function begin(json: JsonReader, place: RecordPlace, key: string, at: number): InProgress {
  switch (key) {
    case 'format':
      return beginHeader(json, place, key, at);
    case 'op':
      return beginStepRecord(json, place);
    case 'state':
      return beginState(json, place, key, at);
    default:
      return json.failUnder(FIRST_KEYS, at);
  }
}

const INTEGER = integer(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

const version: Decoder<number> = (json) => {
  json.peek();
  const at = json.position;
  return json.integer(0, Number.MAX_SAFE_INTEGER) === TRACE_VERSION
    ? TRACE_VERSION
    : json.fail(`version ${TRACE_VERSION} of the format, the only one known here,`, at);
};

const level: Decoder<TraceLevel> = word('pages', 'objects');

const settings = object(
  { physPageSize: COUNT, arenaPages: COUNT, procs: COUNT },
  { arenaStart: COUNT, heapAllocChunk: COUNT, growRound: COUNT, maxHeapList: COUNT },
);

const config: Decoder<HeapConfig> = (json) => {
  const found = settings(json);
  try {
    return heapConfig(found);
  } catch (error) {
    if (error instanceof RangeError) {
      return json.failBehind('a possible configuration', `that ${error.message}`);
    }
    throw error;
  }
};

/** A share, from 0 to 1. */
const share: Decoder<number> = (json) => {
  json.peek();
  const at = json.position;
  const value = json.number(0);
  return value <= 1 ? value : json.fail('a number from 0 to 1', at);
};

const headerFields = fields(
  { format: word(TRACE_FORMAT), version, level, config },
  {
    host: object({ seed: integer(0, 2 ** 32 - 1), refusals: share }),
    seed: INTEGER,
    style: string,
    source: string,
  },
);

function beginHeader(json: JsonReader, { file, line }: RecordPlace, key: string, at: number): InProgress {
  const inside = headerFields();
  inside.entry(json, key, at);
  return {
    entry: inside.entry,
    end: () => {
      const { level, config, host, seed, style, source } = inside.end(json);
      return {
        kind: 'header',
        file,
        line,
        level,
        config,
        ...(host && { host }),
        provenance: {
          ...(seed !== undefined && { seed }),
          ...(style !== undefined && { style }),
          ...(source !== undefined && { source }),
        },
      };
    },
  };
}

const STATE_FIELDS = {
  pages: fields({ state: decodeState.pages }, {}),
  objects: fields({ state: decodeState.objects }, {}),
};

function beginState(json: JsonReader, { line, level }: RecordPlace, key: string, at: number): InProgress {
  const inside = STATE_FIELDS[level]();
  inside.entry(json, key, at);
  return { entry: inside.entry, end: () => ({ kind: 'state', line, state: inside.end(json).state }) };
}

function beginStepRecord(json: JsonReader, { line, level }: RecordPlace): InProgress {
  const inside = beginStep(json, level);
  return { entry: inside.entry, end: () => ({ kind: 'step', line, ...inside.end(json) }) };
}
