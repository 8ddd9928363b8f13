import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecordingHost } from '../../lockstep/recording-host.js';
import { referenceHeap } from '../../reference/index.js';
import { DEFAULT_CONFIG, FatalError } from '../../spec/index.js';
import { Bindings } from '../bindings.js';
import { heapPrograms } from '../heap-programs.js';
import { isProgram } from '../is-program.js';
import type { Command, Program } from '../program.js';
import { parseProgram } from '../text/parse-program.js';
import { printProgram } from '../text/print-program.js';
import { shrinkProgram, type ShrinkResult } from './shrink-program.js';

type Predicate = (program: Program) => boolean;

/** Drawn programs of a length for which a predicate holds; always the same. */
function drawn(commands: number, fails: Predicate): Program {
  const programs = fc.sample(heapPrograms({ level: 'pages', minCommands: commands, maxCommands: commands }), {
    seed: 1,
    numRuns: 50,
  });
  const program = programs.find((one) => fails(one));
  assert.ok(program !== undefined, 'none of the drawn programs fails');
  return program;
}

/** The greatest number of spans that are live at once. */
function mostLive(program: Program): number {
  const live = new Set<number>();
  let most = 0;
  for (const command of program.commands) {
    if ('handle' in command) live.add(command.handle);
    else if ('span' in command && command.span.handle !== undefined) live.delete(command.span.handle);
    most = Math.max(most, live.size);
  }
  return most;
}

/** The lines of the text but for the first, which is always the same. */
function textOf({ program }: ShrinkResult): string[] {
  return printProgram(program).trimEnd().split('\n').slice(1);
}

/**
 * Programs that are one step smaller, found without the help of the shrinker: a lifetime or a command less, an
 * operand or a setting as simple as can be, a number of pages one less.
 */
function smaller(program: Program): Program[] {
  const { commands } = program;
  const handles = commands.flatMap((command) => ('handle' in command ? [command.handle] : []));
  const mentions = (command: Command, handle: number): boolean =>
    ('handle' in command && command.handle === handle) ||
    ('span' in command && command.span.handle === handle) ||
    ('at' in command && command.at?.handle === handle);
  const lists = [
    ...handles.map((handle) => commands.filter((command) => !mentions(command, handle))),
    ...commands.flatMap((made, i) => ('handle' in made ? [] : [commands.filter((_, j) => j !== i)])),
    ...commands.flatMap((command, i) => simpler(command).map((one) => commands.with(i, one))),
  ];
  return [
    ...lists.map((list) => ({ ...program, commands: list })),
    ...(Object.keys(DEFAULT_CONFIG) as (keyof typeof DEFAULT_CONFIG)[])
      .filter((name) => program.config[name] !== DEFAULT_CONFIG[name])
      .map((name) => ({ ...program, config: { ...program.config, [name]: DEFAULT_CONFIG[name] } })),
    ...(['seed', 'refusals'] as const)
      .filter((name) => program.host[name] !== 0)
      .map((name) => ({ ...program, host: { ...program.host, [name]: 0 } })),
  ];
}

function simpler(command: Command): Command[] {
  const changed: Record<string, unknown>[] = [];
  for (const [key, value] of Object.entries(command) as [string, unknown][]) {
    if (value === true) changed.push({ [key]: false });
    if (key === 'npages' && typeof value === 'number' && value > 1) {
      changed.push({ npages: 1 }, { npages: value - 1 });
    }
    if (['sizeclass', 'p', 'id', 'ns', 'limit'].includes(key) && value !== 0) changed.push({ [key]: 0 });
    if ((key === 'at' || key === 'span') && value !== null && (value as { offset: unknown }).offset !== 0) {
      changed.push({ [key]: { ...(value as object), offset: 0 } });
    }
  }
  return changed.map((change) => ({ ...command, ...change }));
}

/** Shrinks, and checks all that a shrinker promises of any predicate. */
function shrink(program: Program, fails: Predicate, maxRuns?: number): ShrinkResult {
  const calls: boolean[] = [];
  const result = shrinkProgram(
    program,
    (tried) => {
      assert.ok(isProgram(tried), 'only programs are tried');
      calls.push(fails(tried));
      return calls[calls.length - 1];
    },
    maxRuns === undefined ? {} : { maxRuns },
  );
  assert.equal(result.runs, calls.length);
  assert.ok(fails(result.program), 'the result fails');
  if (result.minimal) {
    for (const one of smaller(result.program).filter(isProgram)) {
      assert.ok(!fails(one), `also fails:\n${printProgram(one)}`);
    }
  }
  return result;
}

describe('finds the minimum', () => {
  test('and stays there', () => {
    const fails: Predicate = (program) => mostLive(program) >= 7;
    const { program } = shrink(drawn(300, fails), fails);
    assert.deepEqual(shrink(program, fails).program, program);
  });

  test('of a page count', () => {
    const fails: Predicate = ({ commands }) =>
      commands.some((command) => command.op === 'alloc' && Number(command.npages) >= 129 && command.needzero);
    const result = shrink(drawn(1000, fails), fails);
    assert.deepEqual(textOf(result), ['s1 = alloc 129 needzero']);
  });

  test('of spans that have the same length', () => {
    const fails: Predicate = ({ commands }) => {
      const counts = commands.flatMap((command) => ('npages' in command ? [Number(command.npages)] : []));
      return counts.some((count, i) => count >= 20 && counts.indexOf(count) < i);
    };
    const result = shrink(drawn(600, fails), fails);
    assert.equal(result.program.commands.length, 2);
    for (const command of result.program.commands) assert.equal('npages' in command && command.npages, 20);
  });

  test('of operands that have to be alike', () => {
    const fails: Predicate = ({ commands }) => {
      const allocs = commands.flatMap((command) => (command.op === 'alloc' ? [command] : []));
      const [{ sizeclass, needzero }] = allocs.length === 3 ? allocs : [{ sizeclass: -1, needzero: false }];
      return (
        allocs.length === 3 &&
        allocs.every(
          (one) => one.sizeclass === sizeclass && one.needzero === needzero && Number(one.npages) >= 5,
        )
      );
    };
    const program = parseProgram(`
      alloc 9 class 7 needzero
      alloc 6 class 7 needzero large
      alloc 8 class 7 needzero`);
    assert.deepEqual(textOf(shrink(program, fails)), ['s1 = alloc 5', 's2 = alloc 5', 's3 = alloc 5']);
  });

  test('of a number far away, in few runs', () => {
    const fails: Predicate = ({ commands }) =>
      commands.some((one) => 'npages' in one && Number(one.npages) >= 10);
    const result = shrink(parseProgram(`alloc ${2 ** 39}`), fails);
    assert.deepEqual(textOf(result), ['s1 = alloc 10']);
    assert.ok(result.runs <= 20, `${result.runs} runs`);
  });

  test('of a span that is allocated, freed and allocated again', () => {
    const fails: Predicate = (program) => {
      const freed = new Set<number>();
      return run(program).some(([{ op }, base]) => {
        if (base === undefined) return false;
        if (op === 'free') freed.add(base);
        return op === 'alloc' && freed.has(base);
      });
    };
    const result = shrink(drawn(300, fails), fails);
    assert.deepEqual(textOf(result), ['s1 = alloc 1', 'free s1', 's2 = alloc 1']);
  });

  test('of memory that is released after a time', () => {
    const fails: Predicate = (program) =>
      run(program).some(([{ op }, released]) => op === 'scavenge' && (released ?? 0) >= 65536);
    const program = parseProgram(`
      s1 = alloc 3 large
      s2 = alloc 40 needzero
      tick 7m
      free s2 dirty
      tick 433700ms
      freeStack @0
      scavenge 7m
      free s1`);
    assert.deepEqual(textOf(shrink(program, fails)), ['s1 = alloc 1', 'tick 1m', 'scavenge 0s']);
  });

  test('of times, which become round', () => {
    const fails: Predicate = ({ commands: [tick, scavenge] }) =>
      tick?.op === 'tick' &&
      scavenge?.op === 'scavenge' &&
      Number(scavenge.limit) >= 300e9 &&
      Number(tick.ns) > Number(scavenge.limit);
    const rounded = shrink(parseProgram('tick 433700ms\nscavenge 302500ms'), fails);
    assert.deepEqual(textOf(rounded), ['tick 6m', 'scavenge 5m']);
    const exact = shrink(parseProgram('tick 300000000001ns\nscavenge 5m'), fails);
    assert.deepEqual(textOf(exact), ['tick 300000000001ns', 'scavenge 5m']);
  });

  test('that depends on the configuration', () => {
    const fails: Predicate = (program) =>
      program.config.arenaPages < 1000 &&
      run(program).some(([{ op }, base]) => op === 'alloc' && base === undefined);
    const program = parseProgram(`
      config arenaPages=900 physPageSize=65536 procs=3 maxHeapList=5
      host seed=7 refusals=0.1
      s1 = alloc 300
      s2 = allocStack 3
      query s1+5
      s3 = alloc 50 large
      free s1
      s4 = alloc 1700`);
    assert.deepEqual(textOf(shrink(program, fails)), ['config arenaPages=900', 's1 = alloc 897']);
  });

  test('of settings that depend on each other', () => {
    const fails: Predicate = ({ config }) => config.heapAllocChunk === 122880;
    const program = parseProgram('config growRound=8192 heapAllocChunk=122880 procs=2');
    assert.deepEqual(textOf(shrink(program, fails)), ['config heapAllocChunk=122880 growRound=8192']);
  });

  test('of a program with a host that refuses', () => {
    const fails: Predicate = (program) =>
      run(program).some(([{ op }, base]) => op === 'allocStack' && base === undefined);
    const program = parseProgram(`
      host seed=3 refusals=1
      s1 = alloc 1
      s2 = allocStack 9
      freeStack s2`);
    assert.deepEqual(textOf(shrink(program, fails)), ['host refusals=1', 's1 = allocStack 1']);
  });

  test('of misuse, which keeps what it is expected to end in', () => {
    const fails: Predicate = (program) =>
      run(program).some(([command]) => command.op === 'died' && 'expect' in command);
    const program = parseProgram(`
      s1 = alloc 9
      s2 = alloc 7 large
      free s2 dirty
      tick 3s
      free s2 acct ! RangeError or fatal "MHeap_FreeSpanLocked - invalid span state"`);
    assert.deepEqual(textOf(shrink(program, fails)), [
      's1 = alloc 1',
      'free s1',
      'free s1 ! RangeError or fatal "MHeap_FreeSpanLocked - invalid span state"',
    ]);
  });

  test('of arguments that stand for misuse', () => {
    const fails: Predicate = ({ commands }) =>
      commands.some((command) => command.op === 'alloc' && !(Number(command.npages) <= 2 ** 39));
    const huge = parseProgram('alloc 9007199254740991\nalloc 3');
    assert.deepEqual(textOf(shrink(huge, fails)), ['s1 = alloc 549755813889']);
    assert.deepEqual(textOf(shrink(parseProgram('alloc Infinity large'), fails)), [
      's1 = alloc 549755813889',
    ]);
    assert.deepEqual(textOf(shrink(parseProgram('alloc NaN large'), fails)), ['s1 = alloc NaN']);
    assert.deepEqual(textOf(shrink(parseProgram('alloc "many" large'), fails)), ['s1 = alloc "many"']);
    const below: Predicate = ({ commands }) =>
      commands.some(
        (command) => command.op === 'query' && command.at !== null && Number(command.at.offset) < -10,
      );
    assert.deepEqual(textOf(shrink(parseProgram('s7 = alloc 1\nquery s7-1000'), below)), [
      's1 = alloc 1',
      'query s1-11',
    ]);
    assert.deepEqual(textOf(shrink(parseProgram('query @-1000.5'), below)), ['query @-11']);
  });

  test('of a program that always fails: nothing', () => {
    const result = shrink(
      drawn(500, () => true),
      () => true,
    );
    assert.deepEqual(textOf(result), []);
  });
});

/** What each command gave on the reference: the base it was about, or the number it gave; `died` where it ended. */
function run(program: Program): [{ op: string }, number | undefined][] {
  const heap = referenceHeap.create(program.config, new RecordingHost({ script: program.host }));
  const bindings = new Bindings();
  const outcomes: [{ op: string }, number | undefined][] = [];
  for (const command of program.commands) {
    const operation = bindings.resolve(command);
    if (operation === null) continue;
    try {
      const result = heap.perform(operation);
      bindings.bind(command, result);
      if (typeof result === 'object' && result !== null && 'base' in result) {
        outcomes.push([command, result.base]);
      } else if ('base' in operation) outcomes.push([command, operation.base]);
      else outcomes.push([command, typeof result === 'number' ? result : undefined]);
    } catch (error) {
      if (!(error instanceof FatalError)) continue;
      outcomes.push([{ ...command, op: 'died' }, undefined]);
      return outcomes;
    }
  }
  return outcomes;
}

describe('whatever the predicate', () => {
  /** Fails by the toss of a coin, but always in the same way, whatever the names of handles; more often where there is more. */
  const coin =
    (seed: number): Predicate =>
    (program) => {
      let hash = seed;
      for (const char of printProgram(program).replace(/\bs\d+/g, 's')) {
        hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) ^ (hash >>> 13);
      }
      return (hash >>> 8) % 64 < 8 + program.commands.length;
    };

  test('it ends, and nothing smaller fails', () => {
    fc.assert(
      fc.property(fc.nat(), heapPrograms({ level: 'pages', maxCommands: 60 }), (seed, program) => {
        fc.pre(coin(seed)(program));
        assert.equal(shrink(program, coin(seed)).minimal, true);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test('no program is run twice, and the same is done each time', () => {
    const fails: Predicate = (one) => mostLive(one) >= 5 && one.config.arenaPages !== 65536;
    const program = drawn(300, fails);
    const tries = (): string[] => {
      const tried: string[] = [];
      shrinkProgram(program, (one) => {
        tried.push(printProgram(one));
        return fails(one);
      });
      return tried;
    };
    const first = tries();
    assert.deepEqual(tries(), first);
    assert.equal(new Set(first).size, first.length);
  });
});

describe('limits', () => {
  const fails: Predicate = (program) => mostLive(program) >= 9;
  const program = drawn(500, fails);

  test('runs are counted and limited', () => {
    const whole = shrinkProgram(program, fails);
    for (const maxRuns of [1, 2, 10, whole.runs - 1]) {
      const result = shrink(program, fails, maxRuns);
      assert.equal(result.runs, maxRuns);
      assert.equal(result.minimal, false);
    }
    assert.equal(shrink(program, fails, whole.runs).minimal, true);
  });

  test('progress is told after each run', () => {
    const told: [number, boolean, number][] = [];
    const result = shrinkProgram(program, fails, {
      onProgress: ({ runs, simpler: better, program: best }) =>
        told.push([runs, better, best.commands.length]),
    });
    assert.deepEqual(
      told.map(([runs]) => runs),
      Array.from({ length: result.runs - 1 }, (_, i) => i + 2),
    );
    const lengths = told.map(([, , length]) => length);
    assert.deepEqual(
      lengths,
      [...lengths].sort((a, b) => b - a),
    );
    assert.equal(told.filter(([, better]) => better).length > 3, true);
  });

  test('what does not fail, or is no program, is not shrunk', () => {
    assert.throws(() => shrinkProgram(program, () => false), /the program does not fail/);
    const broken = { ...program, commands: [...program.commands, ...program.commands] };
    assert.throws(() => shrinkProgram(broken, () => true), TypeError);
  });

  test('what the predicate throws is passed on', () => {
    const throwing: Predicate = () => {
      throw new Error('from the predicate');
    };
    assert.throws(() => shrinkProgram(program, throwing), /from the predicate/);
  });
});
