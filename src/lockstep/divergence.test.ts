import { parseProgram, type Program } from '../programs/index.js';
import { ReferenceHeap, referenceHeap } from '../reference/index.js';
import {
  FatalError,
  type Heap,
  type HeapFactory,
  type Host,
  type Operation,
  type OperationResult,
  type State,
} from '../spec/index.js';
import { INVARIANTS } from './invariants/index.js';
import { runLockstep } from './lockstep.js';
import type { Divergence, LockstepOptions } from './report.js';

/** What a faulty heap does otherwise than the sound one that it wraps; `n` is the number of the operation. */
interface Fault {
  readonly perform?: (operation: Operation, n: number, sound: Heap, host: Host) => OperationResult;
  readonly statistics?: (n: number, sound: Heap) => ReturnType<Heap['statistics']>;
  readonly state?: (n: number, sound: Heap) => State;
  readonly audit?: (n: number) => readonly string[];
}

function faulty(fault: Fault, name = 'faulty'): HeapFactory {
  return {
    name,
    create(config, host) {
      const sound = new ReferenceHeap(config, host);
      let n = 0;
      return {
        config,
        perform: (operation) => (fault.perform ?? passOn)(operation, ++n, sound, host),
        statistics: () => (fault.statistics ? fault.statistics(n, sound) : sound.statistics()),
        state: () => (fault.state ? fault.state(n, sound) : sound.state()),
        audit: () => fault.audit?.(n) ?? [],
      };
    },
  };
}

function passOn(operation: Operation, _n: number, sound: Heap): OperationResult {
  return sound.perform(operation);
}

/** In operation `when`, does something to the host besides. */
function besides(when: number, action: (host: Host) => unknown): Fault {
  return {
    perform(operation, n, sound, host) {
      if (n === when) action(host);
      return sound.perform(operation);
    },
  };
}

/** In operation `when`, gives or throws something else. */
function instead(when: number, action: () => OperationResult): Fault {
  return { perform: (operation, n, sound) => (n === when ? action() : sound.perform(operation)) };
}

/** From operation `from` on, shows another state. */
function showing(from: number, change: (state: State) => Partial<State>): Fault {
  return {
    state(n, sound) {
      const state = sound.state();
      return n < from ? state : { ...state, ...change(state) };
    },
  };
}

function fail(error: unknown): never {
  throw error;
}

function divergenceOf(
  program: Program,
  fault: Fault,
  options: Partial<LockstepOptions> = {},
): Divergence | undefined {
  return runLockstep(program, { heaps: [referenceHeap, faulty(fault)], ...options }).divergence;
}

const SHORT = parseProgram(`
  s1 = alloc 5 large
  s2 = allocStack 2
  tick 5m
  free s1 dirty
  scavenge 1ns
  query s2
`);

/** The second operation is refused. */
const REFUSED = parseProgram('s1 = alloc 5\ntick "soon"\ntick 5ns');

/** Ends in a fatal error in its third operation. */
const FATAL = parseProgram('s1 = alloc 5 large\nfree s1 dirty\nfree s1 dirty\ns2 = alloc 5');

const EXPECTING = parseProgram(
  's1 = alloc 5 ! result\ntick "soon" ! RangeError or TypeError\nfree @1 ! RangeError',
);

const late = (state: State): Partial<State> => ({ clock: state.clock + 1 });

type Found = Pick<Divergence, 'kind' | 'operation'> & {
  readonly paths?: readonly string[];
  readonly says: RegExp;
};

test.each<[does: string, program: Program, fault: Fault, found: Found]>([
  [
    'gives another result',
    SHORT,
    instead(5, () => 1),
    { kind: 'result', operation: 5, paths: ['result'], says: /another result than reference$/ },
  ],
  [
    'refuses what it should do',
    SHORT,
    instead(4, () => fail(new RangeError('no'))),
    {
      kind: 'error',
      operation: 4,
      paths: ['outcome'],
      says: /faulty threw RangeError: no\n +at [^]*reference gave a result/,
    },
  ],
  [
    'does what it should refuse',
    REFUSED,
    instead(2, () => undefined),
    {
      kind: 'error',
      operation: 2,
      paths: ['outcome'],
      says: /faulty gave a result; reference threw TypeError/,
    },
  ],
  [
    'refuses otherwise',
    REFUSED,
    instead(2, () => fail(new RangeError('no'))),
    { kind: 'error', operation: 2, paths: ['outcome'], says: /ended otherwise/ },
  ],
  [
    'stops for another reason',
    FATAL,
    instead(3, () => fail(new FatalError('still in list'))),
    {
      kind: 'error',
      operation: 3,
      paths: ['outcome'],
      says: /FatalError: still in list; reference threw FatalError: MHeap/,
    },
  ],
  [
    'goes on after a fatal error',
    FATAL,
    instead(4, () => undefined),
    { kind: 'error', operation: 3, paths: ['outcome'], says: /faulty went on after a fatal error/ },
  ],
  [
    'acts after a fatal error',
    FATAL,
    besides(4, (host) => host.print('I live\n')),
    { kind: 'effects', operation: 3, says: /still did something after/ },
  ],
  [
    'counts after a fatal error',
    FATAL,
    { statistics: (n, sound) => ({ ...sound.statistics(), nlookup: n > 3 ? 1 : 0 }) },
    { kind: 'effects', operation: 3, says: /still did something after/ },
  ],
  [
    'prints',
    SHORT,
    besides(2, (host) => host.print('x\n')),
    { kind: 'effects', operation: 2, paths: ['prints'], says: /something else to its host/ },
  ],
  [
    'clears',
    SHORT,
    besides(1, (host) => host.clear(0, 40960)),
    { kind: 'effects', operation: 1, paths: ['clears'], says: /something else/ },
  ],
  [
    'releases',
    SHORT,
    besides(3, (host) => host.sysUnused(0, 8192)),
    { kind: 'effects', operation: 3, paths: ['sys'], says: /something else/ },
  ],
  [
    'counts otherwise',
    SHORT,
    { statistics: (n, sound) => ({ ...sound.statistics(), ...(n >= 4 && { heap_live: 7 }) }) },
    { kind: 'statistics', operation: 4, paths: ['heap_live'], says: /other statistics than reference$/ },
  ],
  [
    'counts otherwise from the start',
    SHORT,
    { statistics: (_, sound) => ({ ...sound.statistics(), sweepgen: 2 }) },
    { kind: 'statistics', operation: 0, paths: ['sweepgen'], says: /other statistics/ },
  ],
  [
    'is in another state',
    SHORT,
    showing(3, late),
    {
      kind: 'state',
      operation: 3,
      paths: ['clock'],
      says: /^the state of faulty differs from that of reference$/,
    },
  ],
  [
    'is in an impossible state',
    SHORT,
    showing(2, ({ spans }) => ({ spans: spans.slice(1) })),
    {
      kind: 'state',
      operation: 2,
      paths: ['spans[@0]'],
      says: /differs[^]*; faulty breaks spans\.tile-arena: span @40960 should/,
    },
  ],
  [
    'dies in another state',
    FATAL,
    showing(3, late),
    { kind: 'state', operation: 3, paths: ['clock'], says: /differs/ },
  ],
  [
    'finds itself broken',
    SHORT,
    { audit: (n) => (n < 4 ? [] : ['one link is lost', 'another too']) },
    { kind: 'audit', operation: 4, says: /finds itself broken: one link is lost; another too$/ },
  ],
  [
    'does not succeed as expected',
    EXPECTING,
    instead(1, () => fail(new TypeError('no'))),
    {
      kind: 'expectation',
      operation: 1,
      paths: ['outcome'],
      says: /faulty did not end as the program expects: faulty threw TypeError: no/,
    },
  ],
  [
    'does not refuse as expected',
    EXPECTING,
    instead(2, () => undefined),
    { kind: 'expectation', operation: 2, paths: ['outcome'], says: /faulty gave a result/ },
  ],
  [
    'crashes',
    SHORT,
    instead(2, () => fail(new Error('bug'))),
    { kind: 'crash', operation: 2, says: /^faulty crashed in an operation: Error: bug\n +at / },
  ],
  [
    'throws nonsense',
    SHORT,
    instead(2, () => fail('nonsense')),
    { kind: 'crash', operation: 2, says: /^faulty crashed in an operation: nonsense$/ },
  ],
  [
    'crashes in statistics',
    SHORT,
    { statistics: (n, sound) => (n < 2 ? sound.statistics() : fail(new Error('bug'))) },
    { kind: 'crash', operation: 2, says: /when asked for its statistics: Error: bug/ },
  ],
  [
    'crashes in its state',
    SHORT,
    { state: (n, sound) => (n < 2 ? sound.state() : fail(new RangeError('bug'))) },
    { kind: 'crash', operation: 2, says: /when asked for its state: RangeError: bug/ },
  ],
  [
    'crashes in its audit',
    SHORT,
    { audit: (n) => (n < 2 ? [] : fail(new TypeError('bug'))) },
    { kind: 'crash', operation: 2, says: /in its audit: TypeError: bug/ },
  ],
])('a heap that %s', (_, program, fault, { paths, says, ...found }) => {
  const divergence = divergenceOf(program, fault);
  expect(divergence).toMatchObject({ ...found, heap: 'faulty', commandIndex: found.operation - 1 });
  expect(divergence?.message).toMatch(says);
  expect(divergence?.differences.map(({ path }) => path)).toEqual(paths ?? []);
  expect(divergence?.command).toBe(found.operation === 0 ? null : program.commands[found.operation - 1]);
});

describe('faults that all heaps share', () => {
  const alike = (
    program: Program,
    fault: Fault,
    options: Partial<LockstepOptions> = {},
  ): Divergence | undefined =>
    runLockstep(program, { heaps: [faulty(fault, 'first'), faulty(fault, 'second')], ...options }).divergence;

  test('a broken invariant', () => {
    expect(
      alike(
        SHORT,
        showing(2, ({ spans }) => ({ spans: spans.slice(1) })),
      ),
    ).toMatchObject({
      kind: 'invariant',
      heap: 'first',
      operation: 2,
      invariant: { name: 'spans.tile-arena' },
    });
  });

  test('an invariant that is no more, or only of one’s own', () => {
    const fault = showing(2, ({ spans }) => ({ spans: spans.slice(1) }));
    expect(alike(SHORT, fault, { invariants: [] })).toBeUndefined();
    const own = { name: 'own.rule', why: 'Because.', check: () => 'no' };
    expect(alike(SHORT, {}, { invariants: [own] })).toMatchObject({
      kind: 'invariant',
      operation: 0,
      invariant: { name: 'own.rule' },
    });
  });

  test('a step that does too much, where the states before and after it are known', () => {
    const order = showing(2, ({ free }) => ({ free: { ...free, 1: [8192] } }));
    expect(alike(SHORT, order, { states: 'end' })?.invariant?.name).toBe('lists.free-spans');
    const changed = showing(3, ({ spans }) => ({
      spans: spans.map((span) => ({ ...span, state: 'stack' })),
    }));
    const steps = INVARIANTS.filter(({ name }) => name.startsWith('steps.'));
    expect(alike(SHORT, changed, { invariants: steps })).toMatchObject({ kind: 'invariant', operation: 3 });
    expect(alike(SHORT, changed, { invariants: steps, states: 'end' })).toBeUndefined();
  });

  test('a refusal that is not clean', () => {
    const printing = besides(2, (host) => host.print('oh\n'));
    expect(alike(REFUSED, printing)).toMatchObject({
      kind: 'effects',
      heap: 'first',
      operation: 2,
      differences: [{ path: 'prints' }],
    });
    const counting: Fault = { statistics: (n, sound) => ({ ...sound.statistics(), nlookup: n < 2 ? 0 : 1 }) };
    expect(alike(REFUSED, counting)).toMatchObject({
      kind: 'statistics',
      heap: 'first',
      operation: 2,
      differences: [{ path: 'nlookup' }],
    });
  });

  test('an outcome that the program does not expect', () => {
    const fault = instead(3, () => undefined);
    expect(alike(EXPECTING, fault)).toMatchObject({
      kind: 'expectation',
      heap: 'first',
      operation: 3,
      differences: [{ path: 'outcome', expected: 'RangeError', actual: 'result' }],
    });
    const fatal = parseProgram('s1 = alloc 5\nfree s1\nfree s1 ! fatal "still in list"');
    expect(alike(fatal, {})).toMatchObject({ kind: 'expectation', operation: 3 });
  });

  test('misuse of memory', () => {
    const fault = besides(2, (host) => host.clear(8192, 8));
    expect(alike(SHORT, fault)).toBeUndefined();
    expect(alike(SHORT, fault, { memory: true })).toMatchObject({
      kind: 'memory',
      heap: 'first',
      operation: 2,
      message: 'first must not clear 8 bytes @8192: span @0 of 5 pages is in use',
    });
  });
});

test('the third heap may be the one', () => {
  const heaps = [
    referenceHeap,
    referenceHeap,
    faulty(
      instead(5, () => 1),
      'third',
    ),
  ] as const;
  expect(runLockstep(SHORT, { heaps }).divergence).toMatchObject({
    kind: 'result',
    heap: 'third',
    against: 'reference',
  });
});

test('a heap that cannot be made crashes before the first operation', () => {
  const unmade: HeapFactory = { name: 'unmade', create: () => fail(new Error('no memory')) };
  expect(runLockstep(SHORT, { heaps: [referenceHeap, unmade] })).toMatchObject({
    operations: 0,
    divergence: { kind: 'crash', heap: 'unmade', operation: 0, commandIndex: -1, command: null },
  });
});
