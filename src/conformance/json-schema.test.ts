import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { heapPrograms } from '../programs/index.js';
import { optimizedHeap } from '../optimized/index.js';
import { caseOf } from './case-of.js';
import { commandsThatRun } from './choose-commands.js';
import { runInProcess } from './in-process.js';
import { schemaProblem, SCHEMA_WORDS, type Schema } from './json-schema.js';
import { runMessage, startMessage, stopMessage } from './protocol.js';
import { readSchema } from './schemas.js';

const request = readSchema('request.schema.json');
const reply = readSchema('reply.schema.json');

const ajv = new Ajv2020({ strict: true, strictTypes: false, strictTuples: false });
const validators = new Map([request, reply].map((schema) => [schema, ajv.compile(schema)]));

/** Whether a message fits its schema, in which a validator of others agrees. */
function fits(schema: Schema, message: unknown): boolean {
  const problem = schemaProblem(schema, message);
  expect([problem, validators.get(schema)?.(message)]).toEqual([problem, problem === undefined]);
  return problem === undefined;
}

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

/** Messages of both sides about a generated program. */
const messages = heapPrograms({ maxCommands: 40 }).map((program) => {
  const { test } = caseOf(program, commandsThatRun(program), { states: true });
  const { answers } = runInProcess((config, host) => optimizedHeap.create(config, host), test);
  return { asked: json(JSON.parse(runMessage(1, test))), answered: json({ type: 'ran', batch: 1, answers }) };
});

test('the schemas are written in words that are understood', () => {
  const words = (schema: unknown): string[] => {
    if (typeof schema !== 'object' || schema === null) return [];
    if (Array.isArray(schema)) return schema.flatMap(words);
    return Object.entries(schema).flatMap(([word, inner]) => {
      if (['properties', '$defs'].includes(word)) {
        return [word, ...Object.values(inner as object).flatMap(words)];
      }
      return [word, ...words(inner)];
    });
  };
  expect(
    [...new Set([...words(request), ...words(reply)])].filter(
      (word) => !SCHEMA_WORDS.some((known) => known === word),
    ),
  ).toEqual([]);
});

test('what is written fits its schema', () => {
  for (const message of [startMessage(), stopMessage()]) {
    expect(fits(request, JSON.parse(message))).toBe(true);
  }
  fc.assert(
    fc.property(messages, ({ asked, answered }) => {
      expect(fits(request, asked)).toBe(true);
      expect(fits(reply, answered)).toBe(true);
    }),
    { seed: 1, numRuns: 60 },
  );
});

test('what is spoilt somewhere is judged as others judge it', () => {
  let unfit = 0;
  fc.assert(
    fc.property(
      messages,
      fc.infiniteStream(fc.nat()),
      fc.constantFrom<unknown>(null, -1, 1.5, 'x', [], {}, undefined),
      ({ asked, answered }, choices, junk) => {
        for (const [schema, message] of [
          [request, asked],
          [reply, answered],
        ] as const) {
          const spoilt = spoil(structuredClone(message), () => choices.next().value as number, junk);
          if (!fits(schema, json(spoilt))) unfit++;
        }
      },
    ),
    { seed: 1, numRuns: 200 },
  );
  expect(unfit).toBeGreaterThan(100);
});

/** Puts junk in some place of a message. */
function spoil(value: unknown, choose: () => number, junk: unknown): unknown {
  if (typeof value !== 'object' || value === null || choose() % 8 === 0) return junk;
  const keys = Object.keys(value);
  if (keys.length === 0) return junk;
  const key = keys[choose() % keys.length];
  const record = value as Record<string, unknown>;
  record[key] = spoil(record[key], choose, junk);
  return value;
}
