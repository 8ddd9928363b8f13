import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_CONFIG } from '../../spec/index.js';
import { objectHandles } from '../command-fields.js';
import { isProgram } from '../is-program.js';
import {
  OBLIGING_HOST,
  type Argument,
  type Command,
  type Expectation,
  type Place,
  type Program,
} from '../program.js';
import { parseProgram } from './parse-program.js';
import { printCommand, printProgram } from './print-program.js';
import { ProgramSyntaxError } from './syntax-error.js';

const text = fc.string({ unit: 'binary', maxLength: 12 });
const argument: fc.Arbitrary<Argument> = fc.oneof(
  fc.nat(200),
  fc.maxSafeInteger(),
  fc.nat(100).map((count) => count * 60e9),
  fc.double(),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 2 ** 53, 1e21, 5e-324),
  text,
);
const offset = fc.oneof(fc.integer({ min: -9000, max: 9000 }), fc.double());
const expectation: fc.Arbitrary<Expectation> = fc.oneof(
  fc.constantFrom<Expectation>({ kind: 'result' }, { kind: 'RangeError' }, { kind: 'TypeError' }),
  text.map((message): Expectation => ({ kind: 'FatalError', message })),
);
const expectations = fc.option(fc.array(expectation, { minLength: 1, maxLength: 3 }), { nil: undefined });
const config = fc.record({
  physPageSize: fc.integer({ min: 12, max: 20 }).map((log) => 2 ** log),
  arenaPages: fc.integer({ min: 1, max: 2 ** 26 }),
  procs: fc.integer({ min: 1, max: 1024 }),
  arenaStart: fc.nat(2 ** 32).map((mebibytes) => mebibytes * 2 ** 20),
  heapAllocChunk: fc.integer({ min: 0, max: 1023 }).map((mebibytes) => mebibytes * 2 ** 20),
  growRound: fc.integer({ min: 13, max: 20 }).map((log) => 2 ** log),
  maxHeapList: fc.integer({ min: 1, max: 128 }),
});
const host = fc.record({ seed: fc.nat(0xffffffff), refusals: fc.double({ min: 0, max: 1, noNaN: true }) });

/** A command whose handles are still to be chosen: `pick` chooses among those that were made before. */
const draft = fc.record({
  op: fc.constantFrom<Command['op']>(
    'alloc',
    'allocStack',
    'free',
    'freeStack',
    'tick',
    'scavenge',
    'freeOSMemory',
    'query',
    'addFinalizer',
    'removeFinalizer',
    'setProfile',
    'malloc',
    'flush',
    'addProc',
    'removeProc',
    'gcStart',
    'mark',
    'gcEnd',
    'sweepone',
  ),
  handle: fc.oneof(fc.nat(99), fc.nat(Number.MAX_SAFE_INTEGER)),
  pick: fc.nat(),
  absolute: fc.boolean(),
  offset,
  first: argument,
  second: argument,
  yes: fc.boolean(),
  no: fc.boolean(),
  third: argument,
  expect: expectations,
  claim: fc.option(
    fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 9 }),
        fc.maxSafeNat().map((n) => n || 1),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    {
      nil: undefined,
    },
  ),
});
type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never;

function commandOf(draft: Draft, made: readonly number[]): Command {
  const { op, first, second, third, yes, no } = draft;
  const place: Place =
    draft.absolute || made.length === 0
      ? { offset: first }
      : { handle: made[draft.pick % made.length], offset: draft.offset };
  const expect = {
    ...(draft.expect === undefined ? {} : { expect: draft.expect }),
    ...(draft.claim === undefined ? {} : { claim: draft.claim }),
  };
  switch (op) {
    case 'alloc':
      return {
        op,
        handle: draft.handle,
        npages: first,
        sizeclass: second,
        large: yes,
        needzero: no,
        ...expect,
      };
    case 'allocStack':
      return { op, handle: draft.handle, npages: first, ...expect };
    case 'free':
      return { op, span: place, dirty: yes, ...(no ? { acct: draft.absolute } : {}), ...expect };
    case 'freeStack':
      return { op, span: place, ...expect };
    case 'tick':
      return { op, ns: first, ...expect };
    case 'scavenge':
      return { op, limit: first, ...expect };
    case 'freeOSMemory':
      return { op, ...expect };
    case 'query':
      return { op, at: yes && no ? null : place, ...expect };
    case 'addFinalizer':
    case 'setProfile':
      return { op, p: second, at: place, id: first, ...expect };
    case 'removeFinalizer':
      return { op, p: second, at: place, ...expect };
    case 'malloc':
      return { op, handle: draft.handle, size: first, p: second, scan: third, needzero: yes, ...expect };
    case 'flush':
    case 'removeProc':
    case 'sweepone':
      return { op, p: second, ...expect };
    case 'addProc':
    case 'gcStart':
      return { op, ...expect };
    case 'mark':
      return { op, at: place, ...expect };
    case 'gcEnd':
      return { op, heapDistance: first, ...expect };
  }
}

/** Every program that there can be, sensible or not. */
const anyProgram: fc.Arbitrary<Program> = fc
  .record({
    config: fc.oneof(fc.constant(DEFAULT_CONFIG), config),
    host: fc.oneof(fc.constant(OBLIGING_HOST), host),
    drafts: fc.array(draft, { maxLength: 30 }),
  })
  .map(({ config, host, drafts }) => {
    const made: number[] = [];
    const commands: Command[] = [];
    for (const each of drafts) {
      if (made.includes(each.handle)) continue;
      const command = commandOf(each, made);
      if ('handle' in command) made.push(each.handle);
      commands.push(command);
    }
    return { config: { ...config }, host: { ...host }, commands };
  });

test('the text of a program is read back as the same program', () => {
  fc.assert(
    fc.property(anyProgram, (program) => {
      assert.ok(isProgram(program));
      assert.deepEqual(parseProgram(printProgram(program)), program);
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test('blanks, comments and the way lines end mean nothing', () => {
  fc.assert(
    fc.property(anyProgram, fc.boolean(), (program, carriage) => {
      const lines = printProgram(program).trimEnd().split('\n');
      const loose = lines.map((line) => `\t ${line} \t# "comment`).join(carriage ? '\r\n\r\n' : '\n\n');
      assert.deepEqual(parseProgram(loose), program);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test('a byte order mark may stand before it', () => {
  assert.deepEqual(parseProgram('\ufeffalloc 1'), parseProgram('alloc 1'));
  assert.throws(() => parseProgram('\ufeffaloc 1'), /program:1:1:/);
  assert.throws(() => parseProgram('\n\ufeffalloc 1'), /program:2:1:/);
});

test('allocations without a handle get the least numbers that are left', () => {
  const program = parseProgram('alloc 1\ns2 = alloc 2\nallocStack 3\ns1 = alloc 4\nalloc 5');
  const handles = program.commands.map((command) => 'handle' in command && command.handle);
  assert.deepEqual(handles, [3, 2, 4, 1, 5]);
});

test('a command is printed on one line', () => {
  fc.assert(
    fc.property(anyProgram, ({ commands }) => {
      const objects = objectHandles(commands);
      for (const command of commands) assert.doesNotMatch(printCommand(command, objects), /[\n\r]/);
    }),
    { seed: 1 },
  );
});

describe('any text at all', () => {
  /** Whatever the text is: a program that prints the same again, or a syntax error that points into the text. */
  function read(source: string): void {
    let program: Program;
    try {
      program = parseProgram(source, { file: 'any' });
    } catch (error) {
      if (!(error instanceof ProgramSyntaxError)) throw error;
      const lines = source.split('\n');
      assert.ok(error.line >= 1 && error.line <= lines.length, error.message);
      assert.ok(error.column >= 1 && error.column <= lines[error.line - 1].length + 1, error.message);
      assert.ok(error.message.length < 500, error.message);
      assert.match(error.message, /^any:\d+:\d+: expected [^\n\r]+, found [\x20-\x7e…]+$/u);
      return;
    }
    assert.ok(isProgram(program), source);
    const printed = printProgram(program);
    assert.equal(printProgram(parseProgram(printed)), printed);
  }

  const WORDS = (
    'config host alloc allocStack free freeStack tick scavenge freeOSMemory query addFinalizer removeFinalizer ' +
    'setProfile class large needzero acct noacct dirty id cache nil or result RangeError TypeError fatal s1 s2 s3 ' +
    'malloc flush addProc removeProc gcStart mark gcEnd sweepone scan distance o1 o2 o4 o1+8 @1 @2.1 ' +
    's1+8 s1-1 @0 @-5 @ 1 0 5 20 2.5 -1 NaN 1e999 5m 3s 1.5h = ! # "x" "\\ud800" "\\" " seed=7 arenaPages=3 procs=0'
  ).split(' ');

  test('noise', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), read), { seed: 1, numRuns: 1000 });
  });

  test('words of the language in any order', () => {
    const word = fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...WORDS) },
      fc.constantFrom('\n', '\r\n', '\t'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 25 }), (words) => read(words.join(' '))),
      { seed: 1, numRuns: 2000 },
    );
  });

  test('programs with a piece cut out, doubled or overwritten', () => {
    const edit = fc.record({
      at: fc.nat(),
      length: fc.nat(12),
      put: fc.oneof(fc.constantFrom(...WORDS), text),
    });
    fc.assert(
      fc.property(anyProgram, fc.array(edit, { minLength: 1, maxLength: 4 }), (program, edits) => {
        let source = printProgram(program);
        for (const { at, length, put } of edits) {
          const start = at % (source.length + 1);
          source = source.slice(0, start) + put + source.slice(start + length);
        }
        read(source);
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  // Quadratic work on one of these would take many minutes.
  test.each([
    ['letters', 'a'.repeat(1e6)],
    ['digits', `tick ${'1'.repeat(1e6)}`],
    ['a number with no end', `s1 = alloc ${'1e1'.repeat(3e5)}`],
    ['a place', `query s1${'+1'.repeat(5e5)}`],
    ['zeros', '\0'.repeat(1e6)],
    ['blanks', ' \t'.repeat(5e5)],
    ['lines', '\n'.repeat(1e6)],
    ['quotes', '"'.repeat(1e6)],
    ['backslashes', `query @"${'\\'.repeat(1e6)}`],
    ['comment signs', '#'.repeat(1e6)],
    ['comments', '#\n'.repeat(5e5)],
    ['a long string', `tick "${'x'.repeat(1e6)}"`],
    ['outcomes', `freeOSMemory ! ${'result or '.repeat(1e5)}`],
    ['ones that fit', `freeOSMemory ! result${' or result'.repeat(1e5)}`],
    ['commands', 'alloc 1\nfreeOSMemory\n'.repeat(3e4)],
    ['numbers of claims', `@1${'.1'.repeat(5e5)} tick 1s`],
    ['lone surrogates', '\ud800'.repeat(5e5)],
  ])('is read in linear time: %s', (_, source) => {
    try {
      parseProgram(source);
    } catch (error) {
      if (!(error instanceof ProgramSyntaxError)) throw error;
      assert.ok(error.message.length < 500);
    }
  });
});
