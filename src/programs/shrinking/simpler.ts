import { TINY_SIZE } from '../../spec/index.js';
import { COMMAND_FIELDS, type Field } from '../command-fields.js';
import type { Command, Program } from '../program.js';
import { TIME_UNITS, wholeUnit } from '../text/times.js';
import { claimNumbers } from './lift.js';
import {
  amounts,
  complexNumbers,
  complexParts,
  simplified,
  withAmount,
  type AmountKey,
  type NumberPart,
} from './simplify.js';
import type { Position, Stage, Step } from './stage.js';
import { sweep } from './sweep.js';

/** Up to this number all integers are exact. */
const MOST = 2 ** 53;

const FIELD_KEYS = [
  ...new Set(
    Object.values<readonly Field[]>(COMMAND_FIELDS).flatMap((fields) => fields.map(({ key }) => key)),
  ),
];

/** Simplifies all that can be simpler at once; then all settings; then one field of all commands after the other. */
export const simplifyTogether: Stage = function* (program, [next = 0]) {
  const parts = complexParts(program);
  const groups = [
    parts,
    parts.filter(({ kind }) => kind !== 'operand'),
    ...FIELD_KEYS.map((key) => parts.filter((part) => part.kind === 'operand' && part.field.key === key)),
  ];
  for (let i = next; i < groups.length; i++) {
    if (groups[i].length > 0) yield { program: simplified(program, groups[i]), position: [i + 1] };
  }
};

/**
 * Makes tiny objects a little larger, where there are more than fill a block, so that each stands by itself: in a block
 * none can go without moving the others. Sizes are made simpler again later, wherever that can be.
 */
export const spreadTinyObjects: Stage = function* ({ commands, ...rest }, position, first) {
  const isDone = !first || position.length > 0;
  if (isDone || commands.filter(isTiny).length <= TINY_SIZE) return;
  const spread = commands.map((command) =>
    isTiny(command) ? withAmount(command, 'size', TINY_SIZE) : command,
  );
  yield { program: { ...rest, commands: spread }, position: [1] };
};

function isTiny(command: Command): boolean {
  return command.op === 'malloc' && Number(command.size) < TINY_SIZE && command.scan === 0;
}

/** Lowers the highest page counts together: where all must be alike, none can move by itself. */
export const capPages: Stage = function* (program, position) {
  yield* capAmounts(program, 'npages', position);
};

/** The same for the sizes of objects. */
export const capSizes: Stage = function* (program, position) {
  yield* capAmounts(program, 'size', position);
};

function* capAmounts(program: Program, key: AmountKey, position: Position): Generator<Step> {
  const highest = cap(program, key);
  if (highest === undefined) return;
  const [passes = highest.simplest, moves = 0] = position;
  for (const [value, reached] of nearer(highest, passes, moves === 1)) {
    yield { program: highest.with(value), position: [reached, 1] };
  }
}

/** The number that no amount exceeds, where several could be lower. */
function cap({ commands, ...rest }: Program, key: AmountKey): NumberPart | undefined {
  const all = amounts(commands, key);
  if (all.length < 2) return undefined;
  return {
    kind: 'number',
    value: all.reduce((most, { amount }) => Math.max(most, amount), 1),
    simplest: 1,
    with(most) {
      const lowered = [...commands];
      for (const { index, amount } of all) {
        lowered[index] = withAmount(lowered[index], key, Math.min(amount, most));
      }
      return { ...rest, commands: lowered };
    },
  };
}

/** Makes operands and settings the simplest. */
export const simplifyParts: Stage = function* (program, position, first) {
  const parts = complexParts(program);
  const shape = { count: parts.length, guess: first ? parts.length : 1 };
  yield* sweep(shape, position, (from, to) => simplified(program, parts.slice(from, to)));
};

/** Brings each number that can't be the simplest as near to it as it still fails. */
export const approach: Stage = function* (program, position) {
  const numbers = [...complexNumbers(program), ...claimNumbers(program)];
  const [next = 0, ...start] = position;
  for (let i = next; i < numbers.length; i++) {
    const number = numbers[i];
    const [passes = number.simplest, moves = 0] = i === next ? start : [];
    for (const [value, reached] of nearer(number, passes, moves === 1)) {
      yield { program: number.with(value), position: [i, reached, 1] };
    }
  }
};

/**
 * Values between a number and `passes`, which does not fail, each with what is then known not to fail. One step and
 * half the way are tried first: most numbers can't move at all. Those that moved are bisected.
 */
function* nearer(number: NumberPart, passes: number, moves: boolean): Generator<readonly [number, number]> {
  const { kind, value, simplest } = number;
  const whole = Math.sign(value) * Math.min(Math.trunc(Math.abs(value)), MOST);
  if (whole !== value) {
    if (!Number.isNaN(value)) yield [whole, passes];
    return;
  }
  const step = kind === 'time' ? wholeUnit(value)[1] : 1;
  const sign = Math.sign(value - simplest);
  const steps = (from: number): number => Math.abs(from - simplest) / step;
  const half = (from: number): number => simplest + sign * step * between(steps(from), steps(value));
  if (kind === 'time') yield* rounder(value, step, passes);
  if (!moves) {
    if (steps(value) - steps(passes) > 1) {
      yield [value - sign * step, passes];
      yield [half(passes), passes];
    }
    return;
  }
  for (let reached = passes; steps(value) - steps(reached) > 1; reached = half(reached)) {
    yield [half(reached), reached];
  }
}

/**
 * An integer between two numbers that are more than 1 apart: between numbers of different magnitude the one in the
 * middle of their magnitudes, because what is looked for is small more often than not.
 */
function between(low: number, high: number): number {
  const middle = high > 4 * (low + 1) ? Math.sqrt((low + 1) * high) : (low + high) / 2;
  return Math.min(Math.max(Math.floor(middle), Math.floor(low) + 1), Math.ceil(high) - 1);
}

/** A time cut to whole larger units: `7m` is simpler than `433700ms`. */
function* rounder(value: number, unit: number, passes: number): Generator<readonly [number, number]> {
  for (const [, size] of TIME_UNITS) {
    const cut = Math.trunc(value / size) * size;
    if (size > unit && Math.abs(cut) > Math.abs(passes)) yield [cut, passes];
  }
}
