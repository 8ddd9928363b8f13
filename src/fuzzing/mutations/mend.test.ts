import assert from 'node:assert';
import { Chance } from '../../programs/chance.js';
import { isProgram, parseProgram, printProgram, type Command } from '../../programs/index.js';
import { mend } from './mend.js';
import { MOST_COMMANDS } from './mutation.js';

/** The commands of a text, some of them left out, mended and printed. */
function mended(text: string, leftOut: readonly number[] = []): string[] {
  const program = parseProgram(text);
  const commands = program.commands.filter((_, index) => !leftOut.includes(index));
  const result = mend(new Chance(1, 0, 0), { ...program, commands });
  assert(isProgram(result));
  return printProgram(result).trimEnd().split('\n').slice(1);
}

test('handles are numbered in the order in which they are made', () => {
  assert.deepEqual(mended('s9 = alloc 1\ns3 = alloc 2\nfree s9\nfree s3'), [
    's1 = alloc 1',
    's2 = alloc 2',
    'free s1',
    'free s2',
  ]);
});

test('of a handle that is made twice the later span is meant', () => {
  const make: Command = { op: 'allocStack', handle: 1, npages: 1 };
  const program = parseProgram('s1 = allocStack 1\nfreeStack s1');
  const result = mend(new Chance(1, 0, 0), { ...program, commands: [make, ...program.commands] });
  assert.match(printProgram(result), /s1 = allocStack 1\ns2 = allocStack 1\nfreeStack s2/);
});

test('what names nothing takes another of its kind, and goes if there is none', () => {
  const text = 's1 = alloc 1\ns2 = alloc 2\ns3 = allocStack 1\nfree s1 dirty\nfreeStack s3';
  assert.deepEqual(mended(text, [0, 2]), ['s1 = alloc 2', 'free s1 dirty']);
});

test('expectations go', () => {
  assert.deepEqual(mended('s1 = alloc 0 ! RangeError'), ['s1 = alloc 0']);
});

test.each([
  ['o2 = malloc 1\ngcStart\nfree s1\nfreeStack s3\ngcEnd\nfree s1', ['free s1']],
  // Neither of these ends the marking.
  ['gcStart\ngcEnd distance -1\nfree s1\nsweepone\n@1 gcEnd\nfree s1\ngcEnd', []],
  ['sweepone\n@1 gcStart\nfree s1', ['free s1']],
])('no span is freed while objects are being marked (%j)', (text, freed) => {
  const commands = mended(`s1 = alloc 1\ns3 = allocStack 1\n${text}`);
  assert.deepEqual(
    commands.filter((command) => command.startsWith('free')),
    freed,
  );
});

test('what is too long is cut off', () => {
  const program = parseProgram('tick 1s');
  const commands = Array.from({ length: MOST_COMMANDS + 5 }, () => program.commands[0]);
  assert.equal(mend(new Chance(1, 0, 0), { ...program, commands }).commands.length, MOST_COMMANDS);
});
