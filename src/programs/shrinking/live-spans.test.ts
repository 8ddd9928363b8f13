import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_CONFIG } from '../../spec/index.js';
import { heapPrograms } from '../heap-programs.js';
import { OBLIGING_HOST, type Command, type Program } from '../program.js';
import { shrinkProgram } from './shrink-program.js';

// Failures that need K spans to be live at once: the hardest that there are for a shrinker that drops one command
// after the other, since no allocation can go before its free, and no free before its allocation.

/** The greatest number of spans that are live at once, among those that count. */
function mostLive(program: Program, counts: (made: Command) => boolean = () => true): number {
  const live = new Set<number>();
  let most = 0;
  for (const command of program.commands) {
    if ('handle' in command && counts(command)) live.add(command.handle);
    else if ('span' in command && command.span.handle !== undefined) live.delete(command.span.handle);
    most = Math.max(most, live.size);
  }
  return most;
}

const drawn = fc.sample(heapPrograms({ level: 'pages', minCommands: 200, maxCommands: 4000, misuse: 0 }), {
  seed: 1,
  numRuns: 150,
});

/** Ten drawn programs of 200 to 4,000 commands that fail; always the same. */
function failing(fails: (program: Program) => boolean): Program[] {
  const programs = drawn.filter(fails).slice(0, 10);
  assert.equal(programs.length, 10);
  return programs;
}

const runs: number[] = [];

test.each([8, 16, 24, 48])('%d live spans: as many allocations, the simplest, and proven', (k) => {
  const fails = (program: Program): boolean => mostLive(program) >= k;
  for (const program of failing(fails)) {
    const result = shrinkProgram(program, fails);
    assert.equal(result.minimal, true);
    const { config, host, commands } = result.program;
    assert.deepEqual(config, DEFAULT_CONFIG);
    assert.deepEqual(host, OBLIGING_HOST);
    const simplest = commands.map(({ op }, index): unknown => {
      const made = { op, handle: index + 1, npages: 1 };
      return op === 'alloc' ? { ...made, sizeclass: 0, large: false, needzero: false } : made;
    });
    assert.deepEqual(commands, simplest);
    assert.equal(commands.length, k);
    runs.push(result.runs);
  }
});

test('it takes few runs', () => {
  assert.equal(runs.length, 40);
  runs.sort((a, b) => a - b);
  assert.ok(runs[20] <= 60, `median ${runs[20]}`);
  assert.ok(runs[39] <= 100, `at most ${runs[39]}`);
});

test('where only some spans count, the others go, and the rest stay as simple as they can be', () => {
  const counts = (made: Command): boolean => 'npages' in made && Number(made.npages) >= 10;
  const fails = (program: Program): boolean => mostLive(program, counts) >= 16;
  for (const program of failing(fails)) {
    const result = shrinkProgram(program, fails);
    assert.equal(result.minimal, true);
    assert.equal(result.program.commands.length, 16);
    for (const command of result.program.commands) assert.ok('npages' in command && command.npages === 10);
    assert.ok(result.runs <= 300, `${result.runs} runs`);
  }
});
