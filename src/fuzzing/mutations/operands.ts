import type { Chance } from '../../programs/chance.js';
import {
  COMMAND_FIELDS,
  fieldValue,
  usedHandle,
  withField,
  type Field,
} from '../../programs/command-fields.js';
import type { Command, Place, Program } from '../../programs/index.js';
import type { HeapConfig } from '../../spec/index.js';
import { freshCommand } from './fresh-command.js';
import { highestHandle, kindsUsed, madeBefore } from './handles.js';
import type { Mutation } from './mutation.js';
import {
  drawAddress,
  drawArgument,
  drawCache,
  drawNowhere,
  drawOffset,
  drawWrong,
  nudge,
} from './numbers.js';

/** Commands, at most, that one mutation changes. */
const MOST_CHANGED = 8;

/** Mutations of single commands and what they work on. */
export const CHANGING_OPERANDS = [
  {
    name: 'nudge',
    what: 'Change arguments of some commands: by a little, or to where something changes.',
    change: (chance, program): Program | null =>
      changeSome(
        chance,
        program,
        ({ op }) => COMMAND_FIELDS[op].length > 0,
        (command) => {
          const field: Field = chance.pick<Field>(COMMAND_FIELDS[command.op]);
          return withField(command, field, otherValue(chance, program.config, command, field));
        },
      ),
  },
  {
    name: 'unify',
    what: 'Give all commands of one kind the same value of one argument.',
    change: (chance, program): Program | null => {
      const { commands, config } = program;
      if (commands.length === 0) return null;
      const model = chance.pick(commands);
      const numbers = (COMMAND_FIELDS[model.op] as readonly Field[]).filter(
        ({ kind }) => kind === 'number' || kind === 'time',
      );
      if (numbers.length === 0) return null;
      const field = chance.pick(numbers);
      const value = chance.happens(1 / 2)
        ? fieldValue(model, field)
        : drawArgument(chance, field.key, config);
      return {
        ...program,
        commands: commands.map((command) =>
          command.op === model.op ? withField(command, field, value) : command,
        ),
      };
    },
  },
  {
    name: 'retarget',
    what: 'Let a command work on another span or object.',
    change: (chance, program): Program | null => {
      const { commands } = program;
      const users = indicesWhere(commands, (command) => usedHandle(command) !== undefined);
      if (users.length === 0) return null;
      const index = chance.pick(users);
      const command = commands[index];
      const handle = madeBefore(commands, index).pick(chance, kindsUsed(command));
      if (handle === undefined) return null;
      return { ...program, commands: commands.with(index, aimedAt(command, { handle, offset: 0 })) };
    },
  },
  {
    name: 'caches',
    what: 'Let commands work on another cache.',
    change: (chance, program): Program | null => {
      const { commands, config } = program;
      const users = indicesWhere(commands, (command) => 'p' in command);
      if (users.length === 0) return null;
      const from = chance.pick(users);
      const count = chance.magnitude(1, commands.length);
      const alternates = chance.happens(1 / 2);
      const p = drawCache(chance, config);
      return {
        ...program,
        commands: commands.map((command, i) =>
          'p' in command && i >= from && i < from + count
            ? { ...command, p: alternates ? drawCache(chance, config) : p }
            : command,
        ),
      };
    },
  },
  {
    name: 'misuse',
    what: 'Put commands before their like with an argument that is wrong, or on what is not theirs.',
    change: (chance, program): Program | null => {
      const { commands, config } = program;
      const indices = indicesWhere(commands, ({ op }) => COMMAND_FIELDS[op].length > 0);
      if (indices.length === 0) return null;
      const wrong = new Map<number, Command>();
      for (let count = chance.magnitude(1, MOST_CHANGED); count > 0; count--) {
        const index = chance.pick(indices);
        wrong.set(index, misused(chance, config, commands[index]));
      }
      return { ...program, commands: commands.flatMap((command, i) => [wrong.get(i) ?? [], command].flat()) };
    },
  },
  {
    name: 'insert',
    what: 'Put some fresh commands in.',
    change: (chance, program): Program | null => {
      const { commands, config } = program;
      const at = chance.happens(1 / 4) ? commands.length : chance.between(0, commands.length);
      const made = madeBefore(commands, at);
      const highest = highestHandle(commands);
      const fresh: Command[] = [];
      for (let count = chance.magnitude(1, MOST_CHANGED); count > 0; count--) {
        const command = freshCommand({ chance, config, made, fresh: highest + 1 + fresh.length });
        made.note(command);
        fresh.push(command);
      }
      return { ...program, commands: commands.toSpliced(at, 0, ...fresh) };
    },
  },
] as const satisfies readonly Mutation[];

/** Changes some of the commands that may be changed; null where there are none. */
function changeSome(
  chance: Chance,
  program: Program,
  may: (command: Command) => boolean,
  change: (command: Command) => Command,
): Program | null {
  const commands = [...program.commands];
  const indices = indicesWhere(commands, may);
  if (indices.length === 0) return null;
  for (let count = chance.magnitude(1, MOST_CHANGED); count > 0; count--) {
    const index = chance.pick(indices);
    commands[index] = change(commands[index]);
  }
  return { ...program, commands };
}

/** The indices of the commands that fulfil a condition. */
export function indicesWhere(commands: readonly Command[], holds: (command: Command) => boolean): number[] {
  return commands.flatMap((command, index) => (holds(command) ? [index] : []));
}

function otherValue(chance: Chance, config: HeapConfig, command: Command, field: Field): unknown {
  const value = fieldValue(command, field);
  switch (field.kind) {
    case 'number':
    case 'time':
      return typeof value === 'number' && chance.happens(1 / 2)
        ? nudge(chance, value)
        : drawArgument(chance, field.key, config);
    case 'flag':
      return value !== true;
    case 'choice':
      return chance.pick([undefined, true, false]);
    case 'place':
      return otherPlace(chance, config, value as Place | null);
  }
}

/** The same command, wrong in one thing. */
function misused(chance: Chance, config: HeapConfig, command: Command): Command {
  const field: Field = chance.pick<Field>(COMMAND_FIELDS[command.op]);
  switch (field.kind) {
    case 'number':
      // A cache that does not exist is a number like any other.
      return withField(
        command,
        field,
        field.key === 'p' && chance.happens(1 / 2) ? config.procs + 1 : drawWrong(chance),
      );
    case 'time':
      return withField(command, field, drawWrong(chance));
    case 'place':
      return withField(
        command,
        field,
        wrongPlace(chance, config, fieldValue(command, field) as Place | null),
      );
    default:
      // Neither way is wrong, but what ends a life does so once.
      return command;
  }
}

function wrongPlace(chance: Chance, config: HeapConfig, place: Place | null): Place {
  if (place?.handle === undefined || chance.happens(1 / 2)) {
    return { offset: chance.happens(1 / 4) ? 'many' : drawNowhere(chance, config) };
  }
  const { handle } = place;
  return { handle, offset: chance.happens(1 / 4) ? place.offset : drawOffset(chance) };
}

function otherPlace(chance: Chance, config: HeapConfig, place: Place | null): Place {
  if (place?.handle === undefined) return { offset: drawAddress(chance, config) };
  const { handle, offset } = place;
  return {
    handle,
    offset: chance.happens(1 / 2) ? drawOffset(chance) : offset + chance.pick([-8, -1, 1, 8]),
  };
}

function aimedAt(command: Command, place: Place): Command {
  return { ...command, ['span' in command ? 'span' : 'at']: place };
}
