import { initialStatistics, STATISTIC_NAMES, type OperationResult } from '../spec/index.js';
import { diffEffects, sameEffects, sameError, sameResult, sameStatistics } from './compare.js';
import { RecordingHost } from './recording-host.js';

const query = {
  inheap: true,
  inHeapOrStack: true,
  lookupMaybe: 0,
  mlookup: [0, 8] as [number, number],
  spanOf: 0,
};
const outside = { inheap: false, inHeapOrStack: false, lookupMaybe: null, mlookup: null };

const RESULTS: readonly OperationResult[] = [
  undefined,
  null,
  0,
  8192,
  { base: 0 },
  { base: 8192 },
  { base: 0, zeroed: false },
  { base: 0, zeroed: true },
  { base: 8192, zeroed: true },
  { added: true },
  { added: false },
  outside,
  query,
  { ...query, inheap: false },
  { ...query, inHeapOrStack: false },
  { ...query, lookupMaybe: 8192 },
  { ...query, mlookup: [8, 8] },
  { ...query, mlookup: [0, 16] },
  { ...query, mlookup: null },
  { ...query, spanOf: 8192 },
];

test('each result is the same as itself and as no other', () => {
  for (const [i, a] of RESULTS.entries()) {
    for (const [j, b] of RESULTS.entries()) {
      expect([i, j, sameResult(structuredClone(a), structuredClone(b))]).toEqual([i, j, i === j]);
    }
  }
});

test('results that say too much differ', () => {
  expect(sameResult({ base: 0 }, { base: 0, extra: 1 } as OperationResult)).toBe(false);
  expect(sameResult(Number.NaN, Number.NaN)).toBe(false);
});

test('errors are the same by their class, and fatal ones by their message', () => {
  const range = { kind: 'RangeError', message: 'no' } as const;
  const fatal = { kind: 'FatalError', message: 'no' } as const;
  expect(sameError(undefined, undefined)).toBe(true);
  expect(sameError(range, { ...range, message: 'never' })).toBe(true);
  expect(sameError(fatal, { ...fatal })).toBe(true);
  expect(sameError(fatal, { ...fatal, message: 'never' })).toBe(false);
  expect(sameError(range, fatal)).toBe(false);
  expect(sameError(range, undefined)).toBe(false);
  expect(sameError(undefined, range)).toBe(false);
});

test.each(STATISTIC_NAMES)('statistic %s is compared', (name) => {
  const statistics = initialStatistics(1);
  expect(sameStatistics(statistics, { ...statistics })).toBe(true);
  expect(sameStatistics(statistics, { ...statistics, [name]: 77 })).toBe(false);
});

describe('effects', () => {
  const record = (...effects: readonly ((host: RecordingHost) => unknown)[]): RecordingHost => {
    const host = new RecordingHost();
    for (const effect of effects) effect(host);
    return host;
  };
  const used = (host: RecordingHost): void => host.sysUsed(8192, 8192);
  const unused = (host: RecordingHost): void => host.sysUnused(0, 8192);
  const later = (host: RecordingHost): void => host.sysUnused(16384, 8192);

  test('are the same in any order of calls to the operating system', () => {
    expect(sameEffects(record(used, later, unused), record(later, unused, used))).toBe(true);
    expect(record().sys).toEqual([]);
  });

  test.each<[string, RecordingHost, RecordingHost, string]>([
    ['a call too few', record(used, unused), record(unused), 'sys'],
    ['another call', record(used), record(unused), 'sys'],
    ['another offset', record(unused), record(later), 'sys'],
    ['another length', record(used), record((h) => h.sysUsed(8192, 16384)), 'sys'],
    ['cleared less', record((h) => h.clear(0, 16384)), record((h) => h.clear(0, 8192)), 'clears'],
    [
      'cleared in another order',
      record(
        (h) => h.clear(0, 1),
        (h) => h.clear(1, 1),
      ),
      record(
        (h) => h.clear(1, 1),
        (h) => h.clear(0, 1),
      ),
      'clears',
    ],
    ['printed otherwise', record((h) => h.print('a\n')), record((h) => h.print('b\n')), 'prints'],
    [
      'printed twice',
      record((h) => h.print('a\n')),
      record(
        (h) => h.print('a\n'),
        (h) => h.print('a\n'),
      ),
      'prints',
    ],
  ])('differ where a heap %s', (_, expected, actual, path) => {
    expect(sameEffects(expected, actual)).toBe(false);
    expect(diffEffects(expected, actual).map((difference) => difference.path)).toEqual([path]);
    expect(diffEffects(expected, expected)).toEqual([]);
  });
});
