import assert from 'node:assert';
import { runLockstep } from '../../lockstep/index.js';
import { optimizedHeap } from '../../optimized/index.js';
import { Chance } from '../../programs/chance.js';
import { isProgram, parseProgram, printProgram, type Program } from '../../programs/index.js';
import { programOfRun } from '../drawn-programs.js';
import { MOST_COMMANDS, mutate, MUTATIONS, type MutationName } from './index.js';

const SEED = 7;

/** Programs that are changed: drawn ones of all kinds, long ones among them. */
const PROGRAMS: readonly Program[] = Array.from({ length: 34 }, (_, index) => programOfRun(SEED, index));

const names = MUTATIONS.map(({ name }) => name);

function mutated(index: number, mutations: readonly MutationName[]): Program {
  const others = [PROGRAMS[(index * 7 + 3) % PROGRAMS.length]];
  return mutate(new Chance(SEED, index, 1), PROGRAMS[index % PROGRAMS.length], mutations, others);
}

function isNested({ commands }: Program): boolean {
  return commands.some(({ claim }) => claim !== undefined);
}

describe.each(names)('%s', (name) => {
  const results = PROGRAMS.map((_, index) => mutated(index, [name]));

  test('makes programs of at least one command and at most the most, without expectations', () => {
    for (const result of results) {
      assert(isProgram(result));
      assert(result.commands.length >= 1 && result.commands.length <= MOST_COMMANDS);
      assert(result.commands.every((command) => !('expect' in command)));
    }
  });

  test('makes programs that read back from their text', () => {
    for (const result of results) assert.deepEqual(parseProgram(printProgram(result)), result);
  });

  test('depends on its arguments alone', () => {
    for (let index = 0; index < 8; index++) assert.deepEqual(mutated(index, [name]), results[index]);
  });

  test('changes most programs', () => {
    const before = results.map((_, index) => mutated(index, []));
    const changed = results.filter((result, index) => printProgram(result) !== printProgram(before[index]));
    // Not all have what it works on: those of the page level have neither caches nor claims. Few have commands at claims.
    const nested = before.filter(isNested).length;
    assert(nested > 0);
    const least = name === 'unnest' ? nested : PROGRAMS.length / 8;
    assert(changed.length >= least, `${changed.length} of ${PROGRAMS.length}`);
  });

  test('makes programs that run most of their commands', () => {
    let [operations, skipped, ended] = [0, 0, 0];
    for (const result of results) {
      const report = runLockstep(result, { heaps: [optimizedHeap] });
      assert.equal(report.divergence, undefined);
      operations += report.operations;
      if (report.endedBy === undefined) skipped += report.skipped;
      else ended++;
    }
    assert(skipped <= operations / 4, `${skipped} skipped, ${operations} run`);
    assert(ended <= PROGRAMS.length / 2, `${ended} of ${PROGRAMS.length} end in a fatal error`);
  });
});

test('many mutations, one after the other, keep a program a program', () => {
  for (let index = 0; index < 100; index++) {
    const chance = new Chance(SEED, index, 2);
    const result = mutated(
      index,
      Array.from({ length: chance.between(1, 12) }, () => chance.pick(names)),
    );
    assert(isProgram(result));
    assert(result.commands.length <= MOST_COMMANDS);
    assert.deepEqual(parseProgram(printProgram(result)), result);
  }
});

test('programs without commands, and alone, can be changed', () => {
  const [{ config, host }] = PROGRAMS;
  for (const name of names) {
    assert(isProgram(mutate(new Chance(SEED, 0, 3), { config, host, commands: [] }, [name], [])));
  }
});
