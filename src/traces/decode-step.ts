import { STATISTIC_NAMES, type Operation, type OperationName, type StatisticName } from '../spec/index.js';
import type { SysCall } from '../lockstep/index.js';
import { BASE, COUNT, OFFSET, OPERATION_CODECS, OPERATION_NAMES } from './decode-operation.js';
import { array, fields, integer, object, string, tuple, word, type ObjectInProgress } from './decoders.js';
import type { Decoder, JsonReader } from './json-reader.js';
import { belongsTo, STOPS_THE_WORLD, type TraceLevel } from './trace-level.js';
import { MAX_NESTING, type TraceClaim, type TraceOperation } from './trace.js';

/** Begins to read a step of a trace of that level, at the value of its first key, `op`. */
export function beginStep(json: JsonReader, level: TraceLevel): ObjectInProgress<TraceOperation> {
  return begin(json, level === 'pages' ? PAGES : OBJECTS);
}

type Claims = Decoder<readonly TraceClaim[]>;

/** What the steps of a level, or those at one depth of nesting, may be. */
interface StepShapes {
  readonly operation: Decoder<OperationName>;
  readonly fields: Readonly<Partial<Record<OperationName, () => ObjectInProgress<StepFields>>>>;
}

type StepFields = Partial<Omit<TraceOperation, 'operation' | 'result'>> & {
  readonly args?: object;
  readonly ret?: TraceOperation['result'];
};

function begin(json: JsonReader, shapes: StepShapes): ObjectInProgress<TraceOperation> {
  const op = shapes.operation(json);
  const inside = shapes.fields[op]?.() ?? json.fail('the name of an operation');
  return {
    entry: inside.entry,
    end: () => {
      const found = inside.end(json);
      checkEnding(json, op, found);
      return {
        operation: { op, ...found.args } as Operation,
        result: found.ret,
        ...(found.throw !== undefined && { throw: found.throw }),
        claims: found.claims ?? [],
        sys: found.sys ?? [],
        finalizers: found.finalizers ?? [],
        profiles: found.profiles ?? [],
        stats: found.stats ?? {},
      };
    },
  };
}

/** A step gives a result where its operation has one, or ends in a fatal error: its own, or that of a step inside. */
function checkEnding(json: JsonReader, op: OperationName, step: StepFields): void {
  const { ret, throw: thrown, claims = [] } = step;
  if (ret !== undefined && thrown !== undefined) {
    json.failBehind('the key "ret" or the key "throw"', 'both');
  }
  if (ret === undefined && thrown === undefined && 'result' in OPERATION_CODECS[op]) {
    json.failBehind('the key "ret" or the key "throw"', 'the end of the object');
  }
  const steps = claims.flatMap((claim) => claim.steps);
  const fatal = steps.findIndex((inner) => inner.throw !== undefined);
  if (fatal < 0) return;
  if (steps[fatal].throw !== thrown) {
    json.failBehind('the step to end in the fatal error of a step inside of it', 'another end');
  }
  if (fatal !== steps.length - 1 || claims.at(-1)?.steps.length === 0) {
    json.failBehind('nothing behind a fatal error', 'more claims or steps behind that of a step inside');
  }
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

const INTEGER = integer(-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);

const stats = object(
  {},
  Object.fromEntries(STATISTIC_NAMES.map((name) => [name, INTEGER])) as Record<
    StatisticName,
    Decoder<number>
  >,
);

/** What operations do on the level `objects` alone. */
const OBJECT_EFFECTS = { finalizers: array(tuple(OFFSET, COUNT)), profiles: array(tuple(COUNT, COUNT)) };

/** How a step is read, from what follows the name of its operation; `claims` where its level knows them. */
function shapesOf(names: readonly OperationName[], claims?: (name: OperationName) => Claims): StepShapes {
  return {
    operation: word(...names),
    fields: Object.fromEntries(
      names.map((name) => {
        const { args, argsOptional = false, result } = OPERATION_CODECS[name];
        const mustHave = args && !argsOptional ? { args } : {};
        const mayHave = {
          ...(args && argsOptional && { args }),
          ...(result && { ret: result }),
          throw: string,
          ...(claims && { claims: claims(name) }),
          sys,
          ...(claims && OBJECT_EFFECTS),
          stats,
        };
        return [name, fields(mustHave, mayHave)];
      }),
    ),
  };
}

const PAGES = shapesOf(OPERATION_NAMES.filter((name) => belongsTo('pages', name)));

const NESTED_NAMES = OPERATION_NAMES.filter((name) => !STOPS_THE_WORLD.has(name));

const claimsWithoutSteps: Claims = array(withoutAbsent(object({ span: BASE }, { stats })));

/** The claims of a step, with the steps at each; `depth` counts the steps that they are inside of. */
function claimsAround(depth: number): (name: OperationName) => Claims {
  const claims = array(withoutAbsent(object({ span: BASE }, { stats, steps: array(nestedStep(depth)) })));
  return (name) => (STOPS_THE_WORLD.has(name) ? claimsWithoutSteps : claims);
}

function withoutAbsent(
  claim: Decoder<{ span: number; stats?: TraceClaim['stats']; steps?: TraceOperation[] }>,
): Decoder<TraceClaim> {
  return (json) => {
    const found = claim(json);
    return { span: found.span, stats: found.stats ?? {}, steps: found.steps ?? [] };
  };
}

/** Reads a step inside of `depth` others. What its own claims may hold is made when the first of them is met. */
function nestedStep(depth: number): Decoder<TraceOperation> {
  let shapes: StepShapes | undefined;
  return (json) => {
    if (depth > MAX_NESTING) json.fail(`at most ${MAX_NESTING} steps inside of each other`);
    const known = (shapes ??= shapesOf(NESTED_NAMES, claimsAround(depth + 1)));
    let step: ObjectInProgress<TraceOperation> | undefined;
    json.object((key, at) => {
      if (step !== undefined) step.entry(json, key, at);
      else if (key === 'op') step = begin(json, known);
      else json.failUnder('"op" as the first key', at);
    });
    return step === undefined ? json.failBehind('"op" as the first key', 'an empty object') : step.end(json);
  };
}

const OBJECTS = shapesOf(OPERATION_NAMES, claimsAround(1));
