import assert from 'node:assert/strict';
import { turnsAt, turnsOf, type Turn } from './nesting.js';
import { parseProgram } from './text/parse-program.js';

/** The turns of a program as text: indices of commands, with those inside by the number of the claim. */
function outline(turns: readonly Turn[]): string {
  return turns
    .map(({ index, inside }) => {
      const claims = [...(inside ?? [])].map(([claim, inner]) => `${claim}: ${outline(inner)}`);
      return claims.length === 0 ? String(index) : `${index} (${claims.join('; ')})`;
    })
    .join(', ');
}

const outlineOf = (text: string): string => outline(turnsOf(parseProgram(text).commands));

test('a command that runs by itself has a turn of its own', () => {
  assert.equal(outlineOf('tick 1s\nsweepone\ntick 2s'), '0, 1, 2');
  assert.equal(outlineOf(''), '');
});

test('commands at claims run inside of the last command that runs by itself', () => {
  assert.equal(
    outlineOf('sweepone\n@1 tick 1s\n@1 tick 2s\n@3 tick 3s\ntick 4s\nsweepone\n@1 tick 5s'),
    '0 (1: 1, 2; 3: 3), 4, 5 (1: 6)',
  );
});

test('claims need not stand in their order', () => {
  assert.equal(outlineOf('sweepone\n@2 tick 1s\n@1 tick 2s\n@2 tick 3s'), '0 (2: 1, 3; 1: 2)');
});

test('commands run inside of those that run at a claim', () => {
  assert.equal(
    outlineOf('sweepone\n@2 sweepone\n@2.1 sweepone\n@2.1.4 tick 1s\n@2.1 tick 2s\n@2 tick 3s\n@2.1 tick 4s'),
    '0 (2: 1 (1: 2 (4: 3), 4), 5 (1: 6))',
  );
});

test.each([
  ['nothing stands before it', '@1 tick 1s\ntick 2s', '1'],
  ['nothing runs at the claim before', 'sweepone\n@1.1 tick 1s', '0'],
  ['the last command runs at another claim', 'sweepone\n@1 sweepone\n@2.1 tick 1s', '0 (1: 1)'],
  ['the command around it has no turn', '@1 sweepone\n@1.1 tick 1s\nsweepone', '2'],
  [
    'the world is stopped',
    'gcStart\n@1 tick 1s\n@1.1 tick 2s\ngcEnd\n@1 tick 1s\nsweepone\n@1 tick 3s',
    '0, 3, 5 (1: 6)',
  ],
])('a command has no turn where %s', (_, text, expected) => {
  assert.equal(outlineOf(text), expected);
});

test('the turns at a claim can be asked for', () => {
  const [first, second] = turnsOf(parseProgram('sweepone\n@2 tick 1s\n@2 tick 2s\nsweepone').commands);
  assert.deepEqual(
    turnsAt(first, 2).map(({ index }) => index),
    [1, 2],
  );
  assert.deepEqual(turnsAt(first, 1), []);
  assert.deepEqual(turnsAt(second, 2), []);
});
