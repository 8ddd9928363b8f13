import { DEFAULT_CONFIG, initialStatistics } from '../spec/index.js';
import { noEffects } from '../lockstep/index.js';
import { canonicalJson, printRecord, TraceWriter } from './index.js';

const NOTHING = noEffects();

test('sorts keys as strings, at every depth, and leaves out what is undefined', () => {
  const value = { b: [{ d: 1, c: null }], 12: 'x', 2: true, 1: 1e21, a: undefined };
  expect(canonicalJson(value)).toBe('{"1":1e+21,"12":"x","2":true,"b":[{"c":null,"d":1}]}');
});

test.each([NaN, Infinity, 5n, undefined, Symbol('x')])('refuses to write %p', (value) => {
  expect(() => canonicalJson([value])).toThrow(TypeError);
});

test('writes no empty parts', () => {
  const effects = { claims: [], sys: [], finalizers: [], profiles: [] };
  const step = { kind: 'step', operation: { op: 'freeOSMemory' }, result: 0, ...effects, stats: {} } as const;
  expect(printRecord(step)).toBe('{"op":"freeOSMemory","ret":0}');
});

test('writes the statistics that have changed since the last step that was written', () => {
  const lines: string[] = [];
  const writer = new TraceWriter((line) => lines.push(line), DEFAULT_CONFIG);
  const operation = { op: 'tick', ns: 5 } as const;
  const refusal = { ...NOTHING, result: undefined, error: { kind: 'RangeError', message: 'no' } } as const;
  const start = initialStatistics(1);
  expect(writer.step(operation, refusal, { ...start, nlookup: 1 })).toBe(false);
  expect(
    writer.step(operation, { ...NOTHING, result: undefined }, { ...start, nlookup: 1, allspans: 2 }),
  ).toBe(true);
  expect(writer.step(operation, { ...NOTHING, result: undefined }, { ...start, nlookup: 1 })).toBe(true);
  expect(lines.slice(1)).toEqual([
    '{"op":"tick","args":{"ns":5},"stats":{"nlookup":1,"allspans":2}}',
    '{"op":"tick","args":{"ns":5},"stats":{"allspans":0}}',
  ]);
  expect(writer).toMatchObject({ lines: 3, steps: 2, states: 0 });
});

test('writes nothing behind a fatal error', () => {
  const lines: string[] = [];
  const writer = new TraceWriter((line) => lines.push(line), DEFAULT_CONFIG);
  const fatal = { ...NOTHING, result: undefined, error: { kind: 'FatalError', message: 'no' } } as const;
  writer.step({ op: 'query' }, fatal, initialStatistics(1));
  expect(lines.at(-1)).toBe('{"op":"query","throw":"no"}');
  expect(() => writer.step({ op: 'query' }, fatal, initialStatistics(1))).toThrow(/nothing follows/);
  expect(() => writer.state({} as never)).toThrow(/nothing follows/);
});
