import { madeHandle, usedHandle } from '../command-fields.js';
import { outersOf } from '../nesting.js';
import type { Command, Handle, Program } from '../program.js';
import type { NumberPart } from './simplify.js';
import type { Stage } from './stage.js';
import { without } from './units.js';

/** Lets what runs inside of a command run in its place, and drops that command. */
export const replaceOuters: Stage = function* (program, [next = 0]) {
  const outers = outersOf(program.commands);
  for (let index = next; index < outers.length; index++) {
    if (!outers.includes(index)) continue;
    const inside = outers.map((_, inner) => isInside(outers, inner, index));
    const level = program.commands[index].claim?.length ?? 0;
    const commands = program.commands.map((command, i) => (inside[i] ? outOf(command, level) : command));
    yield { program: without({ ...program, commands }, [[index]]), position: [index] };
  }
};

/** Lets a command that runs inside of another one run before that one, or behind it. */
export const liftOut: Stage = function* (program, [next = 0]) {
  const { commands } = program;
  const outers = outersOf(commands);
  for (let index = next; index < commands.length; index++) {
    const outer = outers[index];
    if (outer < 0) continue;
    const level = commands[outer].claim?.length ?? 0;
    const lifted: Command[] = [];
    const before: Command[] = [];
    const around: Command[] = [];
    const behind: Command[] = [];
    commands.forEach((command, i) => {
      if (i === index || isInside(outers, i, index)) lifted.push(outOf(command, level));
      else if (i < outer) before.push(command);
      else if (i === outer || isInside(outers, i, outer)) around.push(command);
      else behind.push(command);
    });
    for (const order of [
      [...before, ...lifted, ...around, ...behind],
      [...before, ...around, ...lifted, ...behind],
    ]) {
      if (handlesInOrder(order)) yield { program: { ...program, commands: order }, position: [index] };
    }
  }
};

/** Lets commands run at the first claim of the command that they run inside of. */
export const firstClaims: Stage = function* (program, [next = 0]) {
  const numbers = claimNumbers(program);
  for (let i = next; i < numbers.length; i++) yield { program: numbers[i].with(1), position: [i] };
};

/** The numbers of claims above 1, each for all commands that run there. */
export function claimNumbers(program: Program): NumberPart[] {
  const { commands } = program;
  const outers = outersOf(commands);
  const seen = new Set<string>();
  return commands.flatMap(({ claim }, index): NumberPart[] => {
    const outer = outers[index];
    const value = claim?.at(-1) ?? 1;
    const key = `${outer} ${value}`;
    if (outer < 0 || value === 1 || seen.has(key)) return [];
    seen.add(key);
    const level = (claim?.length ?? 1) - 1;
    const there = commands.map(
      (command, i) => isInside(outers, i, outer) && command.claim?.[level] === value,
    );
    return [
      {
        kind: 'number',
        value,
        simplest: 1,
        with: (number) => ({
          ...program,
          commands: commands.map((command, i) =>
            there[i] ? { ...command, claim: command.claim?.with(level, number) ?? [number] } : command,
          ),
        }),
      },
    ];
  });
}

/** Whether a command runs inside of another one, in the end. */
function isInside(outers: readonly number[], index: number, outer: number): boolean {
  for (let i = outers[index]; i >= 0; i = outers[i]) if (i === outer) return true;
  return false;
}

/** The command without one level of claims. */
function outOf(command: Command, level: number): Command {
  const { claim = [], ...rest } = command;
  const left = claim.toSpliced(level, 1);
  return left.length === 0 ? rest : { ...rest, claim: left };
}

/** Whether every handle is made before it is used. */
function handlesInOrder(commands: readonly Command[]): boolean {
  const made = new Set<Handle>();
  return commands.every((command) => {
    const used = usedHandle(command);
    const handle = madeHandle(command);
    if (handle !== undefined) made.add(handle);
    return used === undefined || made.has(used);
  });
}
