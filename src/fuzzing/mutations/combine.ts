import type { Chance } from '../../programs/chance.js';
import { checkedSettings, drawProgram } from '../../programs/draw-program.js';
import type { Command, HeapProgramsOptions, Program } from '../../programs/index.js';
import { highestHandle, withFreshHandles } from './handles.js';
import { drawRange, type Mutation } from './mutation.js';

/** Commands, at most, that are drawn to go on with, and the share of them that misuse the heap. */
const BEHIND = { maxCommands: 200, misuse: 1 / 4 };

/** The same for those before a program, which should leave a heap on which it can run. */
const BEFORE = { maxCommands: 32, misuse: 0 };

/** Commands, at most, of another program that are put in. */
const MOST_BORROWED = 200;

/** Mutations that put parts of several programs together. */
export const COMBINING = [
  {
    name: 'splice',
    what: 'Go on with the rest of another program after some command.',
    change: (chance, program, others) => {
      const { commands } = program;
      const other = beside(commands, pickOther(chance, program, others));
      const cut = chance.between(0, commands.length);
      const from = chance.happens(1 / 2) ? 0 : chance.between(0, other.length);
      return { ...program, commands: [...commands.slice(0, cut), ...other.slice(from)] };
    },
  },
  {
    name: 'borrow',
    what: 'Put a range of another program in.',
    change: (chance, program, others) => {
      const { commands } = program;
      const other = pickOther(chance, program, others);
      if (other.length === 0) return null;
      const { start, end } = drawRange(chance, other.length, MOST_BORROWED);
      const range = beside(commands, other.slice(start, end));
      return { ...program, commands: commands.toSpliced(chance.between(0, commands.length), 0, ...range) };
    },
  },
  {
    name: 'weave',
    what: 'Run another program in between, a few commands of each in turn.',
    change: (chance, program, others) => ({
      ...program,
      commands: weave(chance, program.commands, beside(program.commands, pickOther(chance, program, others))),
    }),
  },
  {
    name: 'continue',
    what: 'Cut the program off and go on with commands that are drawn anew.',
    change: (chance, program) => {
      const { commands } = program;
      const cut = chance.happens(1 / 2) ? commands.length : chance.between(0, commands.length);
      return { ...program, commands: [...commands.slice(0, cut), ...drawn(chance, program, BEHIND)] };
    },
  },
  {
    name: 'preface',
    what: 'Put commands that are drawn anew before the program.',
    change: (chance, program) => ({
      ...program,
      commands: [...drawn(chance, program, BEFORE), ...program.commands],
    }),
  },
] as const satisfies readonly Mutation[];

/** The commands of one of the other programs; of the program itself where there is no other. */
function pickOther(chance: Chance, program: Program, others: readonly Program[]): readonly Command[] {
  return (others.length > 0 ? chance.pick(others) : program).commands;
}

function beside(commands: readonly Command[], other: readonly Command[]): Command[] {
  return withFreshHandles(other, highestHandle(commands));
}

/** Commands drawn for the configuration of a program, which know nothing of what stands before them. */
function drawn(chance: Chance, { config, commands }: Program, options: HeapProgramsOptions): Command[] {
  const settings = checkedSettings({ ...options, config });
  return beside(commands, drawProgram(chance, settings, false).program.commands);
}

function weave(chance: Chance, first: readonly Command[], second: readonly Command[]): Command[] {
  const woven: Command[] = [];
  const most = chance.magnitude(1, 16);
  let [i, j] = [0, 0];
  while (i < first.length && j < second.length) {
    const [fromFirst, fromSecond] = [chance.between(1, most), chance.between(1, most)];
    woven.push(...first.slice(i, i + fromFirst), ...second.slice(j, j + fromSecond));
    i += fromFirst;
    j += fromSecond;
  }
  return [...woven, ...first.slice(i), ...second.slice(j)];
}
