import {
  FatalError,
  heapConfig,
  initialStatistics,
  type Heap,
  type Operation,
  type State,
} from '../spec/index.js';
import { performObserved } from './perform-observed.js';
import { RecordingHost } from './recording-host.js';

/** A heap that does what it is told. */
function puppet(perform: (operation: Operation) => ReturnType<Heap['perform']>): Heap {
  return {
    config: heapConfig(),
    perform,
    statistics: () => initialStatistics(1),
    state: () => ({}) as State,
  };
}

const scavenge: Operation = { op: 'scavenge', limit: 0 };

test('an outcome has the result and all effects, calls in canonical order', () => {
  const host = new RecordingHost();
  const heap = puppet(() => {
    host.sysUsed(8192, 1);
    host.sysMap(16384, 2);
    host.sysUsed(0, 3);
    host.sysUnused(8192, 4);
    host.clear(8, 8);
    host.clear(0, 8);
    host.print('b\n');
    host.print('a\n');
    return 7;
  });
  expect(performObserved(heap, host, scavenge)).toEqual({
    result: 7,
    sys: [
      ['map', 16384, 2],
      ['unused', 8192, 4],
      ['used', 0, 3],
      ['used', 8192, 1],
    ],
    clears: [
      [8, 8],
      [0, 8],
    ],
    prints: ['b\n', 'a\n'],
    finalizers: [],
    profiles: [],
    claims: [],
  });
});

test('an outcome keeps what it has when the next operation runs', () => {
  const host = new RecordingHost();
  const heap = puppet(() => {
    host.print('once\n');
    return undefined;
  });
  const first = performObserved(heap, host, scavenge);
  performObserved(heap, host, scavenge);
  expect(first.prints).toEqual(['once\n']);
  expect(host.prints).toEqual(['once\n']);
});

test.each([
  ['FatalError', new FatalError('broken')],
  ['RangeError', new RangeError('broken')],
  ['TypeError', new TypeError('broken')],
])('%s is an outcome', (kind, error) => {
  const heap = puppet(() => {
    throw error;
  });
  const outcome = performObserved(heap, new RecordingHost(), scavenge);
  expect(outcome.error).toEqual({ kind, message: 'broken' });
  expect(outcome.result).toBeUndefined();
});

test.each([new Error('bug'), 'text', undefined])(
  'anything else that is thrown (%p) is thrown on',
  (thrown) => {
    const heap = puppet(() => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- a foreign heap may throw anything
      throw thrown;
    });
    let caught: unknown = 'nothing';
    try {
      performObserved(heap, new RecordingHost(), scavenge);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
  },
);

describe('a recording host', () => {
  const answers = (host: RecordingHost): boolean[] =>
    Array.from({ length: 1000 }, () => host.sysMap(0, 8192));

  test('has a clock that starts at 1 and goes on across resets', () => {
    const host = new RecordingHost();
    expect(host.nanotime()).toBe(1);
    host.tick(5);
    host.reset();
    expect(host.nanotime()).toBe(6);
  });

  test('refuses nothing, unless its script has it', () => {
    expect(answers(new RecordingHost())).not.toContain(false);
    expect(answers(new RecordingHost({ script: { seed: 3, refusals: 1 } }))).not.toContain(true);
  });

  test('refuses its share, by seed and alike for every heap', () => {
    const script = { seed: 12, refusals: 0.25 };
    const one = answers(new RecordingHost({ script }));
    const refused = one.filter((granted) => !granted).length;
    expect(refused).toBeGreaterThan(200);
    expect(refused).toBeLessThan(300);
    expect(answers(new RecordingHost({ script }))).toEqual(one);
    expect(answers(new RecordingHost({ script: { ...script, seed: 13 } }))).not.toEqual(one);
  });

  test('decides on a request by its number, whatever else happens', () => {
    const script = { seed: 12, refusals: 0.5 };
    const busy = new RecordingHost({ script });
    const quiet = answers(new RecordingHost({ script }));
    const others = quiet.map(() => {
      busy.reset();
      busy.sysUsed(0, 8192);
      return busy.sysMap(8192, 65536);
    });
    expect(others).toEqual(quiet);
  });

  test('lists only what it granted', () => {
    const host = new RecordingHost({ script: { seed: 12, refusals: 0.5 } });
    const granted = answers(host).filter((yes) => yes).length;
    expect(host.sys).toHaveLength(granted);
  });

  test('traces scavenging as its script has it', () => {
    expect(new RecordingHost().gctrace).toBe(false);
    expect(new RecordingHost({ gctrace: true }).gctrace).toBe(true);
    expect(new RecordingHost({ script: { seed: 2, refusals: 0 } }).gctrace).toBe(true);
    expect(new RecordingHost({ script: { seed: 3, refusals: 0 } }).gctrace).toBe(false);
    expect(new RecordingHost({ script: { seed: 2, refusals: 0 }, gctrace: false }).gctrace).toBe(false);
  });
});
