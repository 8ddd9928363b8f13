import {
  heapConfig,
  STATISTIC_NAMES,
  type HeapConfig,
  type Operation,
  type OperationName,
  type StatisticName,
} from '../spec/index.js';
import type { SysCall } from '../lockstep/index.js';
import { COUNT, OFFSET, OPERATION_CODECS, OPERATION_NAMES } from './decode-operation.js';
import { decodeState } from './decode-state.js';
import { array, fields, integer, object, string, tuple, word, type ObjectInProgress } from './decoders.js';
import type { Decoder, JsonReader } from './json-reader.js';
import { TRACE_FORMAT, TRACE_VERSION, type TraceRecord, type TraceStep } from './trace.js';

/** Where a record stands. */
export interface RecordPlace {
  readonly file: string;
  readonly line: number;
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
      return beginStep(json, place);
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

const level: Decoder<'pages'> = (json) => {
  json.peek();
  const at = json.position;
  return json.string() === 'pages'
    ? 'pages'
    : json.fail('"pages", the only level that can be read so far,', at);
};

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

const stateFields = fields({ state: decodeState }, {});

function beginState(json: JsonReader, { line }: RecordPlace, key: string, at: number): InProgress {
  const inside = stateFields();
  inside.entry(json, key, at);
  return { entry: inside.entry, end: () => ({ kind: 'state', line, state: inside.end(json).state }) };
}

const sysCalls = array(tuple(word('map', 'used', 'unused'), OFFSET, integer(1, Number.MAX_SAFE_INTEGER)));

const sys: Decoder<readonly SysCall[]> = (json) => {
  const calls = sysCalls(json);
  for (let i = 1; i < calls.length; i++) {
    const [before, call] = [calls[i - 1], calls[i]];
    if (before[0] > call[0] || (before[0] === call[0] && before[1] > call[1])) {
      json.failBehind('calls sorted by name, then offset', `["${call[0]}",${call[1]},…] behind a later one`);
    }
  }
  return calls;
};

const stats = object(
  {},
  Object.fromEntries(STATISTIC_NAMES.map((name) => [name, INTEGER])) as Record<
    StatisticName,
    Decoder<number>
  >,
);

/** Begins to read what follows the name of a step's operation. */
const STEP_FIELDS = Object.fromEntries(
  OPERATION_NAMES.map((name) => {
    const { args, argsOptional = false, result } = OPERATION_CODECS[name];
    return [
      name,
      fields(args && !argsOptional ? { args } : {}, {
        ...(args && argsOptional && { args }),
        ...(result && { ret: result }),
        throw: string,
        sys,
        stats,
      }),
    ];
  }),
) as unknown as Record<OperationName, () => ObjectInProgress<StepFields>>;

type StepFields = Partial<Pick<TraceStep, 'throw' | 'sys' | 'stats'>> & {
  readonly args?: object;
  readonly ret?: TraceStep['result'];
};

const operationName = word(...OPERATION_NAMES);

function beginStep(json: JsonReader, { line }: RecordPlace): InProgress {
  const op = operationName(json);
  const inside = STEP_FIELDS[op]();
  return {
    entry: inside.entry,
    end: () => {
      const found = inside.end(json);
      checkEnding(json, op, found);
      return {
        kind: 'step',
        line,
        operation: { op, ...found.args } as Operation,
        result: found.ret,
        ...(found.throw !== undefined && { throw: found.throw }),
        sys: found.sys ?? [],
        stats: found.stats ?? {},
      };
    },
  };
}

/** A step gives a result where its operation has one, or ends in a fatal error. */
function checkEnding(json: JsonReader, op: OperationName, { ret, throw: thrown }: StepFields): void {
  if (ret !== undefined && thrown !== undefined) {
    json.failBehind('the key "ret" or the key "throw"', 'both');
  }
  if (ret === undefined && thrown === undefined && 'result' in OPERATION_CODECS[op]) {
    json.failBehind('the key "ret" or the key "throw"', 'the end of the object');
  }
}
