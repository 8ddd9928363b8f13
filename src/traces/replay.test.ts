import { performObserved, RecordingHost } from '../lockstep/index.js';
import { referenceHeap } from '../reference/index.js';
import {
  DEFAULT_CONFIG,
  FatalError,
  type Heap,
  type HeapFactory,
  type Operation,
  type Statistics,
} from '../spec/index.js';
import type { TraceError } from './index.js';
import { replayTrace, type TraceHeader, type TraceRecord, type TraceStep } from './index.js';

const HEADER: TraceHeader = {
  kind: 'header',
  file: 'x',
  line: 1,
  level: 'pages',
  config: { ...DEFAULT_CONFIG, arenaPages: 256 },
  provenance: {},
};

const ALLOC: Operation = { op: 'alloc', npages: 2, sizeclass: 0, large: true, needzero: false };
const DOUBLE_FREE: readonly Operation[] = [
  ALLOC,
  { op: 'free', base: 0, acct: 1, needzero: true },
  { op: 'free', base: 0, acct: 1, needzero: true },
];

/** What the reference does: a trace of its own, with a state at the end unless it ends in a fatal error. */
function traceOf(operations: readonly Operation[], header = HEADER): TraceRecord[] {
  const host = new RecordingHost(header.host ? { script: header.host } : {});
  const heap = referenceHeap.create(header.config, host);
  const records: TraceRecord[] = [header];
  for (const operation of operations) {
    const { result, error, sys } = performObserved(heap, host, operation);
    records.push({
      kind: 'step',
      line: records.length + 1,
      operation,
      result,
      ...(error && { throw: error.message }),
      claims: [],
      sys,
      finalizers: [],
      profiles: [],
      stats: heap.statistics(),
    });
  }
  const last = records.at(-1);
  if (last?.kind !== 'step' || last.throw === undefined) {
    records.push({ kind: 'state', line: records.length + 1, state: heap.state() });
  }
  return records;
}

/** The reference with some of its methods replaced. */
function changed(changes: (heap: Heap) => Partial<Heap>): HeapFactory {
  return {
    name: 'changed',
    create: (config, host) => {
      const heap = referenceHeap.create(config, host);
      return {
        config,
        perform: (operation) => heap.perform(operation),
        statistics: () => heap.statistics(),
        state: () => heap.state(),
        ...changes(heap),
      };
    },
  };
}

/** The reference that throws something in place of its second operation. */
const throwing = (thrown: unknown): HeapFactory =>
  changed((heap) => {
    let operations = 0;
    return {
      perform: (operation) => {
        if (++operations === 2) throw thrown;
        return heap.perform(operation);
      },
    };
  });

describe('a heap agrees', () => {
  test('with its own trace', async () => {
    const trace = traceOf([ALLOC, ALLOC, { op: 'tick', ns: 5 }, { op: 'query' }]);
    expect(await replayTrace(trace, referenceHeap)).toEqual({
      file: 'x',
      heap: 'reference',
      lines: 6,
      steps: 4,
      operations: 4,
      states: 1,
    });
  });

  test('with a trace that ends in a fatal error', async () => {
    expect(await replayTrace(traceOf(DOUBLE_FREE), referenceHeap)).toEqual({
      file: 'x',
      heap: 'reference',
      lines: 4,
      steps: 3,
      operations: 3,
      states: 0,
      endedBy: 'MHeap_FreeSpanLocked - invalid span state',
    });
  });

  test('with a trace in which the host refused memory', async () => {
    const header: TraceHeader = { ...HEADER, host: { seed: 1, refusals: 0.5 } };
    const operations = Array.from({ length: 12 }, (): Operation => ({ op: 'allocStack', npages: 20 }));
    const trace = traceOf(operations, header);
    const failures = trace.filter((record) => record.kind === 'step' && record.result === null);
    expect(failures.length).toBeGreaterThan(0);
    expect((await replayTrace(trace, referenceHeap)).mismatch).toBeUndefined();
    const obliging = [{ ...HEADER }, ...trace.slice(1)];
    expect((await replayTrace(obliging, referenceHeap)).mismatch?.differences[0]?.path).toBe('ret');
  });
});

describe('a mismatch is found where', () => {
  const TRACE = traceOf([ALLOC, ALLOC, ALLOC]);

  test('a result, a call and statistics differ, and names all of it', async () => {
    const other: TraceStep = {
      ...(TRACE[1] as TraceStep),
      result: { base: 8192, zeroed: true },
      sys: [],
      stats: { ...(TRACE[1] as TraceStep).stats, nlookup: 7 },
    };
    const { mismatch, lines } = await replayTrace([HEADER, other, ...TRACE.slice(2)], referenceHeap);
    expect(lines).toBe(2);
    expect(mismatch).toEqual({
      file: 'x',
      line: 2,
      heap: 'reference',
      operation: 1,
      performed: ALLOC,
      kind: 'step',
      differences: [
        { path: 'ret.base', expected: 8192, actual: 0 },
        { path: 'ret.zeroed', expected: true, actual: false },
        { path: 'sys', expected: [], actual: [['map', 0, 1 << 20]] },
        { path: 'stats.nlookup', expected: 7, actual: 0 },
      ],
    });
  });

  test('a state differs, and shows only what does', async () => {
    const heap = changed((inner) => ({ state: () => ({ ...inner.state(), clock: 9, freelarge: [8192] }) }));
    const { mismatch } = await replayTrace(TRACE, heap);
    expect(mismatch).toMatchObject({ line: 5, operation: 3, performed: ALLOC, kind: 'state' });
    expect(mismatch?.differences.map(({ path }) => path).sort()).toEqual(['state.clock', 'state.freelarge']);
  });

  test('a statistic differs that the trace does not mention', async () => {
    const heap = changed((inner) => ({
      statistics: (): Statistics => ({ ...inner.statistics(), largefree: inner.statistics().allspans - 1 }),
    }));
    const { mismatch } = await replayTrace(TRACE, heap);
    expect(mismatch).toMatchObject({
      line: 2,
      differences: [{ path: 'stats.largefree', expected: 0, actual: 1 }],
    });
  });

  test.each([
    ['another fatal error', new FatalError('still in list'), 'still in list'],
    ['a RangeError', new RangeError('no'), 'RangeError: no'],
    ['a TypeError', new TypeError('no'), 'TypeError: no'],
  ])('the heap throws %s', async (_what, thrown, actual) => {
    const { mismatch } = await replayTrace(TRACE, throwing(thrown));
    expect(mismatch).toMatchObject({ line: 3, operation: 2, kind: 'step' });
    expect(mismatch?.differences[0]).toEqual({ path: 'throw', expected: undefined, actual });
  });

  test('the heap throws earlier, later, or something else than the trace', async () => {
    const trace = traceOf(DOUBLE_FREE);
    const early = await replayTrace(
      trace,
      throwing(new FatalError('MHeap_FreeSpanLocked - invalid span state')),
    );
    expect(early.mismatch?.line).toBe(3);
    expect(early.mismatch?.differences[0]).toMatchObject({ path: 'throw', expected: undefined });

    const forgiving = changed((heap) => ({
      perform: (operation) => {
        try {
          return heap.perform(operation);
        } catch {
          return undefined;
        }
      },
    }));
    const late = await replayTrace(trace, forgiving);
    expect(late.endedBy).toBeUndefined();
    expect(late.mismatch).toMatchObject({
      line: 4,
      differences: [
        { path: 'throw', expected: 'MHeap_FreeSpanLocked - invalid span state', actual: undefined },
      ],
    });
  });

  test.each([
    ['an error of no known kind', new Error('broken'), 'Error: broken'],
    ['something that is no error', 'text', 'text'],
    ['null', null, 'null'],
  ])('the heap throws %s', async (_what, thrown, crash) => {
    const { mismatch } = await replayTrace(TRACE, throwing(thrown));
    expect(mismatch).toMatchObject({ line: 3, operation: 2, kind: 'crash', crash, differences: [] });
  });

  test('the heap breaks down elsewhere', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    const cases: [HeapFactory, number, number][] = [
      [{ name: 'x', create: fail }, 1, 0],
      [changed(() => ({ statistics: fail })), 2, 1],
      [changed(() => ({ state: fail })), 5, 3],
      [changed(() => ({ state: () => null as unknown as ReturnType<Heap['state']> })), 5, 3],
    ];
    for (const [heap, line, operation] of cases) {
      const { mismatch } = await replayTrace(TRACE, heap);
      expect(mismatch).toMatchObject({ line, operation, kind: 'crash' });
    }
  });

  test('what the heap gives is malformed', async () => {
    const cases: [HeapFactory, number, string][] = [
      [
        { name: 'x', create: () => undefined as unknown as Heap },
        1,
        'heap must be an object, and is nothing',
      ],
      [
        changed(() => ({ statistics: () => [] as unknown as ReturnType<Heap['statistics']> })),
        2,
        'statistics must be an object, and is an array',
      ],
      [
        changed(() => ({ state: () => ({ spans: [null] }) as unknown as ReturnType<Heap['state']> })),
        5,
        'state.spans[0] must be an object, and is null',
      ],
    ];
    for (const [heap, line, says] of cases) {
      const { mismatch } = await replayTrace(TRACE, heap);
      expect(mismatch).toMatchObject({ line, kind: 'crash' });
      expect(mismatch?.crash).toContain(says);
    }
  });
});

describe('records that are no trace are refused:', () => {
  const [, step] = traceOf([ALLOC]);
  const state = traceOf([])[1];

  test.each<[string, readonly TraceRecord[], string]>([
    ['none', [], '<records>: expected a header, found nothing'],
    ['no header', [step], '<records>:2: expected a header, found a step'],
    ['two headers', [HEADER, { ...HEADER, line: 2 }], 'x:2: expected a step or a state, found a header'],
    ['a header alone', [HEADER], 'x: expected at least one step, found none: nothing was checked'],
    ['a state alone', [HEADER, state], 'x: expected at least one step, found none: nothing was checked'],
    [
      'a state behind a fatal error',
      [...traceOf(DOUBLE_FREE), { ...state, line: 5 }],
      'x:5: expected no record behind a fatal error, found a state',
    ],
  ])('%s', async (_what, records, message) => {
    await expect(replayTrace(records, referenceHeap)).rejects.toThrow(
      expect.objectContaining({ name: 'TraceError', message }) as TraceError,
    );
  });
});
