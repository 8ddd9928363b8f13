import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isProgram } from '../is-program.js';
import { heapPrograms } from '../heap-programs.js';
import type { Program } from '../program.js';
import { parseProgram } from '../text/parse-program.js';
import { printProgram } from '../text/print-program.js';
import { shrinkProgram } from './shrink-program.js';
import { shrinkStream } from './shrink-stream.js';

/** Fails where three spans of more than 4 pages were freed. */
function fails({ commands }: Program): boolean {
  const long = new Set<number>();
  let freed = 0;
  for (const command of commands) {
    if ('npages' in command && Number(command.npages) > 4) long.add(command.handle);
    else if ('span' in command && command.span.handle !== undefined && long.delete(command.span.handle)) {
      freed++;
    }
  }
  return freed >= 3;
}

/** An arbitrary of one's own, with the shrinker of programs. */
class Programs extends fc.Arbitrary<Program> {
  constructor(private readonly drawn: fc.Arbitrary<Program>) {
    super();
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<Program> {
    return new fc.Value(this.drawn.generate(random, bias).value, undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Program {
    return isProgram(value);
  }

  override shrink(program: Program, context: unknown): fc.Stream<fc.Value<Program>> {
    return shrinkStream(program, context);
  }
}

const drawn = fc.noShrink(heapPrograms({ level: 'pages', minCommands: 100, maxCommands: 600 }));
const programs = new Programs(drawn);
const passes = (program: Program): boolean => !fails(program);

/** What a property finds, from the first failure to the last. */
function check(seed: number): { first: Program; last: Program; runs: number; path: string } {
  const tried: Program[] = [];
  const property = fc.property(programs, (program) => {
    tried.push(program);
    return passes(program);
  });
  const { counterexample, counterexamplePath, failed } = fc.check(property, { seed });
  assert.ok(failed && counterexample !== null && counterexamplePath !== null);
  const first = tried.findIndex(fails);
  return {
    first: tried[first],
    last: counterexample[0],
    runs: tried.length - first,
    path: counterexamplePath,
  };
}

test.each([1, 2, 3])('fast-check finds what shrinkProgram finds, in as many runs (seed %d)', (seed) => {
  const { first, last, runs } = check(seed);
  const shrunk = shrinkProgram(first, fails);
  assert.equal(printProgram(last), printProgram(shrunk.program));
  assert.equal(runs, shrunk.runs);
  assert.equal(last.commands.length, 6);
});

test('a path leads to the same counterexample', () => {
  const { last, path } = check(1);
  const { counterexample, numShrinks } = fc.check(fc.property(programs, passes), {
    seed: 1,
    path,
    endOnFailure: true,
  });
  assert.deepEqual(counterexample, [last]);
  assert.equal(numShrinks, 0);
});

test('a stored program is shrunk without a context', () => {
  const { first, last } = check(2);
  const stored = parseProgram(printProgram(first));
  const examples: [Program][] = [[stored]];
  const { counterexample } = fc.check(fc.property(programs, passes), { examples, seed: 5 });
  assert.deepEqual(counterexample, [last]);
});

test('it shrinks inside of other arbitraries', () => {
  const property = fc.property(fc.tuple(programs, fc.nat(1000)), ([program, n]) => passes(program) || n < 7);
  const { counterexample } = fc.check(property, { seed: 1, numRuns: 1000 });
  assert.ok(counterexample !== null);
  const [[program, n]] = counterexample;
  assert.equal(n, 7);
  assert.equal(program.commands.length, 6);
});

describe('a stream', () => {
  const program = check(1).first;
  /** The first of its programs. */
  const texts = (stream: fc.Stream<fc.Value<Program>>): string[] =>
    [...stream.take(60)].map(({ value }) => printProgram(value));

  test('is the same each time, also of one context', () => {
    const [child] = shrinkStream(program)
      .filter(({ value }) => fails(value))
      .take(1);
    const before = texts(shrinkStream(child.value, child.context));
    assert.ok(before.length > 10);
    // What is asked of the parent later does not change the child.
    assert.deepEqual(texts(shrinkStream(program)), texts(shrinkStream(program)));
    assert.deepEqual(texts(shrinkStream(child.value, child.context)), before);
  });

  test('does not change by what is asked of the stream that it came from', () => {
    for (let n = 1; n < 40; n += 7) {
      const [lone] = shrinkStream(program).drop(n).take(1);
      const expected = texts(shrinkStream(lone.value, lone.context));
      // This time the parent is asked for all it has before the child is asked for anything.
      const child = [...shrinkStream(program)][n];
      assert.deepEqual(texts(shrinkStream(child.value, child.context)), expected);
    }
  });

  test('goes on where its context was, and does not try again what was tried', () => {
    const tried: string[] = [];
    const [child] = shrinkStream(program)
      .filter(({ value }) => {
        tried.push(printProgram(value));
        return fails(value) && tried.length > 10;
      })
      .take(1);
    const withContext = texts(shrinkStream(child.value, child.context));
    for (const text of tried) assert.ok(!withContext.includes(text));
    assert.notDeepEqual(withContext, texts(shrinkStream(child.value)));
  });

  test('starts anew with the context of another program', () => {
    const [child] = shrinkStream(program).take(1);
    for (const context of [undefined, null, 1, {}, child.context]) {
      assert.deepEqual(texts(shrinkStream(program, context)), texts(shrinkStream(program)));
    }
  });

  test('is lazy', () => {
    const [first] = shrinkStream(program).take(1);
    assert.ok(first.value.commands.length < program.commands.length);
  });
});
