import assert from 'node:assert/strict';
import fc from 'fast-check';
import { heapPrograms } from './heap-programs.js';
import { isProgram } from './is-program.js';
import type { Program } from './program.js';

describe('heapPrograms', () => {
  it('draws the same programs from the same seed', () => {
    const sample = (seed: number) => fc.sample(heapPrograms(), { seed, numRuns: 30 });
    assert.deepEqual(sample(42), sample(42));
    assert.notDeepEqual(sample(42), sample(43));
  });

  it('draws programs that it can shrink without having drawn them', () => {
    fc.assert(
      fc.property(heapPrograms({ misuse: 0.5 }), (program) => {
        assert.ok(isProgram(program));
        assert.ok(heapPrograms().canShrinkWithoutContext(program));
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  it('draws short programs more often at first, as fast-check wants it', () => {
    const lengths = (biased: boolean) => {
      const programs: Program[] = [];
      fc.check(
        fc.property(
          biased ? heapPrograms() : fc.noBias(heapPrograms()),
          (program) => void programs.push(program),
        ),
        { numRuns: 1000, seed: 5 },
      );
      return programs.filter(({ commands }) => commands.length <= 16).length;
    };
    assert.ok(lengths(true) > lengths(false) + 150);
  });

  it('keeps to its options', () => {
    const config = { physPageSize: 65536, procs: 2 };
    const arbitrary = heapPrograms({
      minCommands: 5,
      maxCommands: 9,
      maxArenaPages: 64,
      misuse: 0,
      refusals: false,
      config,
    });
    for (const program of fc.sample(arbitrary, { seed: 2, numRuns: 200 })) {
      assert.ok(program.commands.length >= 5 && program.commands.length <= 9);
      assert.deepEqual({ ...program.config, ...config }, program.config);
      assert.ok(program.config.arenaPages <= 64);
      assert.equal(program.host.refusals, 0);
      assert.ok(program.commands.every(({ expect }) => expect === undefined));
    }
  });

  it('draws programs of spans, of objects, or of both kinds', () => {
    const withObjects = (level: 'pages' | 'objects' | 'mixed'): number =>
      fc
        .sample(heapPrograms({ level, minCommands: 20, misuse: 0 }), { seed: 4, numRuns: 100 })
        .filter(({ commands }) => commands.some(({ op }) => op === 'malloc')).length;
    assert.equal(withObjects('pages'), 0);
    assert.equal(withObjects('objects'), 100);
    const some = withObjects('mixed');
    assert.ok(some > 30 && some < 70, `${some}`);
  });

  it('names an option that is out of range', () => {
    assert.throws(
      () => heapPrograms({ maxCommands: 0 }),
      /maxCommands must be an integer from 1 to 10000, not 0/,
    );
    assert.throws(() => heapPrograms({ maxCommands: 10_001 }), /not 10001/);
    assert.throws(
      () => heapPrograms({ level: 'object' as 'objects' }),
      /level must be pages, objects, mixed, not object/,
    );
    assert.throws(
      () => heapPrograms({ minCommands: 6, maxCommands: 5 }),
      /minCommands must be an integer from 1 to 5/,
    );
    assert.throws(() => heapPrograms({ misuse: 1.5 }), /misuse must be a share from 0 to 1, not 1.5/);
    assert.throws(() => heapPrograms({ misuse: NaN }), RangeError);
    assert.throws(() => heapPrograms({ giants: -1 }), /giants must be a share from 0 to 1, not -1/);
    assert.throws(() => heapPrograms({ maxArenaPages: 0.5 }), /maxArenaPages/);
    assert.throws(() => heapPrograms({ config: { arenaPages: 0 } }), /arenaPages/);
  });

  it('shrinks a failing program to its least, also one that was written by hand', () => {
    const frees = (program: Program) => program.commands.filter(({ op }) => op === 'free').length;
    const property = fc.property(
      heapPrograms({ level: 'pages', misuse: 0 }),
      (program) => frees(program) < 3,
    );
    const drawn = fc.check(property, { seed: 3, numRuns: 1000 });
    const [minimal] = drawn.counterexample ?? [];
    assert.ok(minimal !== undefined && minimal.commands.length === 6);

    const long = fc.sample(heapPrograms({ level: 'pages', minCommands: 200, maxCommands: 200 }), {
      seed: 9,
      numRuns: 20,
    });
    const stored = long.find((program) => frees(program) >= 3);
    assert.ok(stored);
    const shrunk = fc.check(property, { examples: [[stored]], seed: 1, numRuns: 1 });
    assert.equal(shrunk.counterexample?.[0].commands.length, 6);
  });
});
