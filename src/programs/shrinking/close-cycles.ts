import { madeHandle, usedHandle } from '../command-fields.js';
import { outersOf } from '../nesting.js';
import type { Command, Handle, Program } from '../program.js';
import type { Stage } from './stage.js';
import { sweep } from './sweep.js';

/**
 * Moves what stands between a cycle's start and its end, but for marks, before its start: what is allocated while
 * marking is marked, which is one thing more to know about it.
 */
export const closeCycles: Stage = function* (program, position, first) {
  const between = commandsBetween(program.commands);
  const shape = { count: between.length, guess: first ? between.length : 1 };
  yield* sweep(shape, position, (from, to) => movedBefore(program, new Set(between.slice(from, to))));
};

/** Indices of the commands that stand in cycles, but for marks and what runs inside of others. */
function commandsBetween(commands: readonly Command[]): number[] {
  const outers = outersOf(commands);
  let marking = false;
  return commands.flatMap(({ op }, index) => {
    if (op === 'gcStart' || op === 'gcEnd') marking = op === 'gcStart';
    else if (marking && op !== 'mark' && outers[index] < 0) return [index];
    return [];
  });
}

/** The program with some commands, what they need and what runs inside of them before the start of their cycle. */
function movedBefore(program: Program, indices: ReadonlySet<number>): Program {
  const { commands } = program;
  const moved = withMakers(commands, indices);
  const outers = outersOf(commands);
  const done: Command[] = [];
  let cycle: Command[] = [];
  commands.forEach((command, index) => {
    if (moved.has(outers[index])) moved.add(index);
    const isPart = command.op === 'gcStart' || (cycle.length > 0 && !moved.has(index));
    (isPart ? cycle : done).push(command);
    if (command.op !== 'gcEnd') return;
    done.push(...cycle);
    cycle = [];
  });
  return { ...program, commands: [...done, ...cycle] };
}

/** The same commands with those that make the handles that they use. */
function withMakers(commands: readonly Command[], indices: ReadonlySet<number>): Set<number> {
  const moved = new Set(indices);
  const needed = new Set<Handle>();
  for (let index = commands.length - 1; index >= 0; index--) {
    const made = madeHandle(commands[index]);
    if (made !== undefined && needed.has(made)) moved.add(index);
    const used = usedHandle(commands[index]);
    if (used !== undefined && moved.has(index)) needed.add(used);
  }
  return moved;
}
