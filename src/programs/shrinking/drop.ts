import { COMMAND_NAMES, ENDERS, MAKERS, type CommandName } from '../command-fields.js';
import type { Command } from '../program.js';
import type { Stage } from './stage.js';
import { sweep } from './sweep.js';
import { blocks, cycleBounds, cycles, lifetimes, tinyBlocks, uses, without, type Unit } from './units.js';

/** Drops what follows the command that fails, by bisection. */
export const dropTail: Stage = function* (program, [start = -1], first) {
  const { commands } = program;
  let passes = start;
  while (first && commands.length - passes > 1) {
    const length = Math.floor((passes + commands.length) / 2);
    yield { program: { ...program, commands: commands.slice(0, length) }, position: [passes] };
    passes = length;
  }
};

/**
 * Drops what commands are expected to end in. Where heaps differ, or break a rule, no expectation is needed to tell; and
 * one that has become untrue, since others went, would be taken for the fault.
 */
export const dropExpectations: Stage = function* (program, position) {
  const expecting = program.commands.flatMap(({ expect }, index) => (expect === undefined ? [] : [index]));
  const count = expecting.length;
  yield* sweep({ count, guess: count }, position, (from, to) => {
    const commands = [...program.commands];
    for (const index of expecting.slice(from, to)) {
      const { expect: _, ...command } = commands[index];
      commands[index] = command;
    }
    return { ...program, commands };
  });
};

/** The commands that make up cycles. */
const CYCLE: ReadonlySet<string> = new Set(['gcStart', 'mark', 'gcEnd', 'sweepone'] satisfies CommandName[]);

/** Drops all commands of one kind at once. */
export const dropKinds: Stage = function* (program, [next = 0], first) {
  if (!first) return;
  const { commands } = program;
  const isEnd = (index: number): boolean => ENDERS.has(commands[index].op);
  const isOfCycle = ({ op }: Command): boolean => CYCLE.has(op);
  const all = lifetimes(commands);
  const single = (dropped: (command: Command) => boolean): Unit[] =>
    commands.flatMap((command, index) => (dropped(command) ? [[index]] : []));

  const kinds: readonly (() => Unit[])[] = [
    // What neither allocates nor frees.
    () => single(({ op }) => !MAKERS.has(op) && !ENDERS.has(op)),
    // What runs inside of other commands.
    () => single(({ claim }) => claim !== undefined),
    // The cycles: every object lives on.
    () => single(isOfCycle),
    // The spans that are dead at the end.
    () => all.filter((unit) => unit.length > 1 && unit.some(isEnd)),
    // The frees: what they freed lives on.
    () => single(({ op }) => ENDERS.has(op)),
    ...COMMAND_NAMES.map((name) => () => {
      if (MAKERS.has(name)) return all.filter(([index]) => commands[index].op === name);
      return single(({ op }) => op === name);
    }),
  ];
  for (let i = next; i < kinds.length; i++) {
    const units = kinds[i]();
    if (units.length > 0) yield { program: without(program, units), position: [i + 1] };
  }
};

/** Drops tiny objects by the block. */
export const dropTinyBlocks: Stage = function* (program, position, first) {
  const units = tinyBlocks(program.commands);
  const shape = { count: units.length, guess: first ? units.length / 2 : 1 };
  yield* sweep(shape, position, (from, to) => without(program, units.slice(from, to)));
};

/** Drops lifetimes. */
export const dropLifetimes: Stage = function* (program, position, first) {
  const units = lifetimes(program.commands);
  const count = units.length;
  // The last one is not tried at first: it is needed, or else the tail would have been longer.
  const shape = first ? { count, guess: count / 2, settled: 1 } : { count, guess: 1 };
  yield* sweep(shape, position, (from, to) => without(program, units.slice(from, to)));
};

/** Drops cycles, and joins those that have to stay with the next. */
export const dropCycles: Stage = function* (program, position, first) {
  const { commands } = program;
  const units = [...cycles(commands), ...cycleBounds(commands)];
  const shape = { count: units.length, guess: first ? units.length / 2 : 1 };
  yield* sweep(shape, position, (from, to) => without(program, units.slice(from, to)));
};

/** Drops what runs inside of a command. */
export const dropBlocks: Stage = function* (program, position, first) {
  const units = blocks(program.commands);
  const shape = { count: units.length, guess: first ? units.length / 2 : 1 };
  yield* sweep(shape, position, (from, to) => without(program, units.slice(from, to)));
};

/** Drops single commands out of lifetimes that have to stay. */
export const dropUses: Stage = function* (program, position, first) {
  const units = uses(program.commands);
  const count = units.length;
  const shape = { count, guess: first ? count / 2 : 1 };
  yield* sweep(shape, position, (from, to) => without(program, units.slice(from, to)));
};
