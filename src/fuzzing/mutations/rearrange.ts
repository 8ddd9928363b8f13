import type { Command } from '../../programs/index.js';
import { highestHandle, withFreshHandles } from './handles.js';
import { drawRange, MOST_COMMANDS, type Mutation } from './mutation.js';

/** Commands, at most, of a range that is repeated many times. */
const MOST_REPEATED = 8;

/** How often it is repeated at most. */
const MOST_TIMES = 512;

/** Mutations of the order and the number of a program's commands. */
export const REARRANGING = [
  {
    name: 'duplicate',
    what: 'Run a range of commands again, at once or later, with handles of its own.',
    change: (chance, program) => {
      const { commands } = program;
      if (commands.length === 0) return null;
      const { start, end } = drawRange(chance, commands.length);
      const copy = withFreshHandles(commands.slice(start, end), highestHandle(commands));
      const at = chance.happens(1 / 2) ? end : chance.between(end, commands.length);
      return { ...program, commands: commands.toSpliced(at, 0, ...copy) };
    },
  },
  {
    name: 'repeat',
    what: 'Run a short range of commands many times, with handles of its own each time.',
    change: (chance, program) => {
      const { commands } = program;
      if (commands.length === 0) return null;
      const { start, end } = drawRange(chance, commands.length, MOST_REPEATED);
      const room = Math.floor((MOST_COMMANDS - commands.length) / (end - start));
      if (room < 1) return null;
      const range = commands.slice(start, end);
      const copies: Command[] = [];
      let highest = highestHandle(commands);
      for (let times = chance.magnitude(1, Math.min(room, MOST_TIMES)); times > 0; times--) {
        const copy = withFreshHandles(range, highest);
        highest = Math.max(highest, highestHandle(copy));
        for (const command of copy) copies.push(command);
      }
      return { ...program, commands: [...commands.slice(0, end), ...copies, ...commands.slice(end)] };
    },
  },
  {
    name: 'delete',
    what: 'Leave a range of commands out.',
    change: (chance, program) => {
      const { commands } = program;
      if (commands.length < 2) return null;
      const { start, end } = drawRange(chance, commands.length, commands.length - 1);
      return { ...program, commands: commands.toSpliced(start, end - start) };
    },
  },
  {
    name: 'move',
    what: 'Run a range of commands at another time.',
    change: (chance, program) => {
      const { commands } = program;
      if (commands.length < 2) return null;
      const { start, end } = drawRange(chance, commands.length, commands.length - 1);
      const others = commands.toSpliced(start, end - start);
      const at = chance.between(0, others.length);
      return { ...program, commands: others.toSpliced(at, 0, ...commands.slice(start, end)) };
    },
  },
  {
    name: 'swap',
    what: 'Run two commands each at the time of the other.',
    change: (chance, program) => {
      const { commands } = program;
      if (commands.length < 2) return null;
      const [i, j] = [chance.below(commands.length), chance.below(commands.length)];
      return { ...program, commands: commands.with(i, commands[j]).with(j, commands[i]) };
    },
  },
  {
    name: 'truncate',
    what: 'End the program earlier.',
    change: (chance, program) => {
      const { commands } = program;
      if (commands.length < 2) return null;
      return { ...program, commands: commands.slice(0, chance.between(1, commands.length - 1)) };
    },
  },
] as const satisfies readonly Mutation[];
