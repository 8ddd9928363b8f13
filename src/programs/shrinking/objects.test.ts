import assert from 'node:assert/strict';
import fc from 'fast-check';
import { performObserved, RecordingHost, type ClaimGuest, type Outcome } from '../../lockstep/index.js';
import { referenceHeap } from '../../reference/index.js';
import type { Operation } from '../../spec/index.js';
import { Bindings } from '../bindings.js';
import { heapPrograms } from '../heap-programs.js';
import { isProgram } from '../is-program.js';
import { turnsAt, turnsOf, type Turn } from '../nesting.js';
import { isTiny, sizeClassOf } from '../object-lives.js';
import type { Command, Program } from '../program.js';
import { parseProgram } from '../text/parse-program.js';
import { printProgram } from '../text/print-program.js';
import { shrinkProgram, type ShrinkResult } from './shrink-program.js';
import { without } from './units.js';

type Predicate = (program: Program) => boolean;

const drawn = fc.sample(heapPrograms({ level: 'objects', minCommands: 200, maxCommands: 3000, misuse: 0 }), {
  seed: 1,
  numRuns: 250,
});

/** Ten drawn programs that fail; always the same. */
function failing(fails: Predicate): Program[] {
  const programs = drawn.filter(fails).slice(0, 10);
  assert.equal(programs.length, 10);
  return programs;
}

/** Shrinks, and checks that the result fails and is proven to be minimal. */
function shrink(program: Program, fails: Predicate): ShrinkResult {
  const result = shrinkProgram(program, (tried) => {
    assert.ok(isProgram(tried), 'only programs are tried');
    return fails(tried);
  });
  assert.ok(result.minimal && fails(result.program));
  return result;
}

/** The lines of the text but for the first, which is always the same. */
function textOf({ program }: ShrinkResult): string[] {
  return printProgram(program).trimEnd().split('\n').slice(1);
}

/** What a program does on the reference heap: every operation with what it came to, and how many run around it. */
function doneBy({
  config,
  host: script,
  commands,
}: Program): { operation: Operation; outcome: Outcome; depth: number }[] {
  const host = new RecordingHost({ script });
  const heap = referenceHeap.create(config, host);
  const bindings = new Bindings();
  const done: { operation: Operation; outcome: Outcome; depth: number }[] = [];
  let dead = false;
  const run = ({ command }: Turn, depth: number, perform: (operation: Operation) => Outcome): void => {
    const operation = dead ? null : bindings.resolve(command);
    if (operation === null) return;
    const outcome = perform(operation);
    done.push({ operation, outcome, depth });
    if (outcome.error === undefined) bindings.bind(command, outcome.result);
    dead ||= outcome.error?.kind === 'FatalError';
  };
  for (const turn of turnsOf(commands)) {
    const open = [{ turn, claims: 0 }];
    const guest: ClaimGuest = (_, perform, depth) => {
      const around = open[depth - 1];
      for (const inner of turnsAt(around.turn, ++around.claims)) {
        open[depth] = { turn: inner, claims: 0 };
        run(inner, depth, perform);
      }
    };
    run(turn, 0, (operation) => performObserved(heap, host, operation, guest));
  }
  return done;
}

/** The most objects of one size class that were allocated before a cycle's end and survived it by a mark. */
function mostSurvivors({ commands }: Program, counts: (sizeclass: number) => boolean): number {
  let live = new Map<number, number>();
  let marked: Map<number, number> | undefined;
  let most = 0;
  for (const command of commands) {
    if (command.op === 'gcStart') marked = new Map();
    if (command.op === 'malloc') {
      const sizeclass = classOf(command);
      if (sizeclass !== undefined) live.set(command.handle, sizeclass);
    }
    if (command.op === 'mark') {
      const { handle = -1 } = command.at;
      const sizeclass = live.get(handle);
      if (sizeclass !== undefined) marked?.set(handle, sizeclass);
    }
    if (command.op !== 'gcEnd' || marked === undefined) continue;
    const tally = new Map<number, number>();
    for (const sizeclass of marked.values()) tally.set(sizeclass, (tally.get(sizeclass) ?? 0) + 1);
    most = Math.max(most, ...[...tally].flatMap(([sizeclass, count]) => (counts(sizeclass) ? [count] : [])));
    [live, marked] = [marked, undefined];
  }
  return most;
}

/** The size class of a small object that shares no tiny block; undefined for all others. */
function classOf({ size, scan }: Extract<Command, { op: 'malloc' }>): number | undefined {
  const small = typeof size === 'number' && size >= 1 && size <= 32768;
  return small && !isTiny(size, Number(scan)) ? sizeClassOf(size) : undefined;
}

test.each([3, 8, 20])('%d objects of one class that survive a cycle', (k) => {
  const fails: Predicate = (program) => mostSurvivors(program, () => true) >= k;
  for (const program of failing(fails)) {
    const result = shrink(program, fails);
    const lines = textOf(result);
    assert.equal(lines.length, 2 * k + 2, lines.join('\n'));
    assert.equal(lines.filter((line) => / = malloc (16|1 scan 1)$/.test(line)).length, k, lines.join('\n'));
    assert.ok(lines.includes('gcStart') && lines.at(-1) === 'gcEnd');
    assert.ok(result.runs <= 60 + 15 * k, `${result.runs} runs`);
  }
});

test('objects of a class that is not the least', () => {
  const fails: Predicate = (program) => mostSurvivors(program, (sizeclass) => sizeclass > 10) >= 5;
  for (const program of failing(fails)) {
    const lines = textOf(shrink(program, fails));
    // The 10th class has objects of 144 bytes.
    assert.equal(lines.filter((line) => / = malloc 145$/.test(line)).length, 5, lines.join('\n'));
    assert.equal(lines.length, 12, lines.join('\n'));
  }
});

test('a finalizer that is queued', () => {
  const fails: Predicate = (program) => doneBy(program).some(({ outcome }) => outcome.finalizers.length > 0);
  for (const program of failing(fails)) {
    const result = shrink(program, fails);
    assert.deepEqual(textOf(result), ['o1 = malloc 1', 'addFinalizer o1 id 0', 'gcStart', 'gcEnd']);
    assert.ok(result.runs <= 150, `${result.runs} runs`);
  }
});

test('a tiny block that is marked as it is taken', () => {
  // All that share blocks before it have to go by the block, or none.
  const fails: Predicate = (program) =>
    doneBy(program).some(
      ({ operation, outcome }, i, done) =>
        operation.op === 'malloc' &&
        isTiny(operation.size, operation.scan) &&
        outcome.clears.length > 0 &&
        done[i - 1]?.operation.op === 'gcStart',
    );
  for (const size of [1, 2, 4]) {
    const blocks = Array<string>(400).fill(`malloc ${size}`);
    const program = parseProgram([...blocks, 'gcStart', 'malloc 1', 'flush'].join('\n'));
    assert.deepEqual(textOf(shrink(program, fails)), ['gcStart', 'o1 = malloc 1']);
  }
});

test('a span that is swept inside of another operation', () => {
  const fails: Predicate = (program) =>
    doneBy(program).some(
      ({ operation, outcome, depth }) =>
        depth > 0 && operation.op === 'sweepone' && Number(outcome.result) >= 0,
    );
  for (const program of failing(fails)) {
    const result = shrink(program, fails);
    const lines = textOf(result);
    assert.ok(lines.length <= 7, lines.join('\n'));
    assert.equal(lines.filter((line) => line.startsWith('@')).length, 1, lines.join('\n'));
    assert.ok(result.runs <= 200, `${result.runs} runs`);
  }
});

test('an operation three levels deep', () => {
  const fails: Predicate = (program) =>
    doneBy(program).some(({ depth, outcome }) => depth === 3 && !outcome.error);
  const program = drawn.find(fails);
  assert.ok(program);
  const lines = textOf(shrink(program, fails));
  assert.equal(lines.filter((line) => /^@1(\.1)* /.test(line)).length, 3, lines.join('\n'));
  assert.ok(lines.length <= 14, lines.join('\n'));
});

describe('steps', () => {
  const shrunk = (text: string, fails: Predicate): string[] => textOf(shrink(parseProgram(text), fails));
  const has =
    (...ops: string[]): Predicate =>
    ({ commands }) =>
      ops.every((op) => commands.some((c) => c.op === op));

  test('what runs inside of a command goes with it, and so does what uses what it made', () => {
    const program = parseProgram(
      'sweepone\n@2 o1 = malloc 8\n@2.1 s2 = allocStack 1\ngcStart\nmark o1\nfreeStack s2\ntick 1s',
    );
    assert.deepEqual(textOf({ program: without(program, [[0]]), runs: 0, minimal: true }), [
      'gcStart',
      'tick 1s',
    ]);
    assert.deepEqual(textOf({ program: without(program, [[1]]), runs: 0, minimal: true }), [
      'sweepone',
      'gcStart',
      'tick 1s',
    ]);
    assert.deepEqual(textOf({ program: without(program, [[2]]), runs: 0, minimal: true }).at(-2), 'mark o1');
  });

  test('commands at claims run by themselves where they can', () => {
    assert.deepEqual(shrunk('sweepone\n@3 sweepone\n@3.2 tick 1s', has('tick')), ['tick 0s']);
    assert.deepEqual(shrunk('sweepone\n@3 flush\n@1 tick 1s', has('tick', 'sweepone')), [
      'tick 0s',
      'sweepone',
    ]);
  });

  test('claims become the first ones, or the least that fail', () => {
    const atClaim =
      (least: number): Predicate =>
      ({ commands }) =>
        commands.some(({ claim }) => (claim?.[0] ?? 0) >= least && claim?.length === 2);
    assert.deepEqual(shrunk('flush\n@9 flush\n@9.4 tick 1s', atClaim(1)), [
      'flush',
      '@1 flush',
      '@1.1 tick 0s',
    ]);
    assert.deepEqual(shrunk('flush\n@900 flush\n@900.4 tick 1s', atClaim(77)), [
      'flush',
      '@77 flush',
      '@77.1 tick 0s',
    ]);
  });

  test('expectations go where a program fails without them', () => {
    const text = 'gcStart\nmark @64 ! RangeError\ngcEnd ! result or RangeError';
    assert.deepEqual(shrunk(text, has('mark')), ['mark @0']);
    const expects: Predicate = ({ commands }) =>
      commands.some((c) => c.op === 'mark' && c.expect !== undefined);
    assert.deepEqual(shrunk(text, expects), ['mark @0 ! RangeError']);
  });

  test('cycles go as a whole, and are joined', () => {
    const text = 'o1 = malloc 8\ngcStart\nmark o1\ngcEnd\ngcStart\nmark o1\ngcEnd\nfreeOSMemory';
    assert.deepEqual(
      shrunk(text, (program) => {
        const balance =
          program.commands.filter(({ op }) => op === 'gcStart').length -
          program.commands.filter(({ op }) => op === 'gcEnd').length;
        return balance === 0 && has('freeOSMemory')(program);
      }),
      ['freeOSMemory'],
    );
    assert.deepEqual(
      shrunk(text, (program) => {
        const ops = program.commands.map(({ op }) => op).join(' ');
        return (
          /^malloc (gcStart( mark)* gcEnd ?)+ freeOSMemory$/.test(ops) &&
          program.commands.filter(({ op }) => op === 'mark').length === 2
        );
      }),
      ['o1 = malloc 1', 'gcStart', 'mark o1', 'mark o1', 'gcEnd', 'freeOSMemory'],
    );
  });

  test('an object gets smaller together with its pointers', () => {
    const fails: Predicate = ({ commands }) =>
      commands.some((c) => c.op === 'malloc' && Number(c.size) >= 100 && c.scan === c.size);
    assert.deepEqual(shrunk('malloc 5000 scan 5000 needzero', fails), ['o1 = malloc 100 scan 100']);
  });
});
