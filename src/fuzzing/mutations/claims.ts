import type { Chance } from '../../programs/chance.js';
import type { Command, Program } from '../../programs/index.js';
import { freshCommand } from './fresh-command.js';
import { highestHandle, madeBefore } from './handles.js';
import type { Mutation } from './mutation.js';
import { indicesWhere } from './operands.js';

/** Commands that run inside of one, at most, by one mutation. */
const MOST_INSIDE = 6;

/** The highest claim at which they run. */
const MOST_CLAIM = 3;

/** How often a command is chosen to have others inside, as far as it may claim spans. */
const CLAIMERS: Partial<Record<Command['op'], number>> = {
  sweepone: 8,
  malloc: 4,
  alloc: 2,
  setProfile: 1,
  addFinalizer: 1,
};

/** Mutations of what runs inside of what. */
export const CHANGING_CLAIMS = [
  {
    name: 'nest',
    what: 'Let the commands behind one run inside of it, or fresh ones, where it claims a span for sweeping.',
    change: (chance, program) => nest(chance, program),
  },
  {
    name: 'sweep-nested',
    what: 'Put a cycle in, and a sweep behind it with fresh commands inside.',
    change: (chance, program) => {
      const { commands } = program;
      const at = chance.between(0, commands.length);
      const cycle: Command[] = [
        { op: 'gcStart' },
        { op: 'gcEnd', heapDistance: chance.pick([0, 8192, 1_000_000_000]) },
        { op: 'sweepone', p: 0 },
      ];
      const inside = freshInside(chance, program, at, [1]);
      return { ...program, commands: commands.toSpliced(at, 0, ...cycle, ...inside) };
    },
  },
  {
    name: 'unnest',
    what: 'Let commands that run inside of another one run by themselves, behind it.',
    change: (chance, program) => {
      const { commands } = program;
      const nested = indicesWhere(commands, ({ claim }) => claim !== undefined);
      if (nested.length === 0) return null;
      const start = chance.pick(nested);
      const end = start + chance.magnitude(1, MOST_INSIDE);
      return {
        ...program,
        commands: commands.map((command, i) => (i >= start && i < end ? alone(command) : command)),
      };
    },
  },
] as const satisfies readonly Mutation[];

function nest(chance: Chance, program: Program): Program | null {
  const { commands } = program;
  const claimers = indicesWhere(commands, ({ op }) => CLAIMERS[op] !== undefined);
  if (claimers.length === 0) return null;
  const index = heaviest(chance, commands, claimers);
  const way = [...(commands[index].claim ?? []), chance.happens(3 / 4) ? 1 : chance.between(2, MOST_CLAIM)];
  const after = index + 1;
  if (chance.happens(1 / 2)) {
    return {
      ...program,
      commands: commands.toSpliced(after, 0, ...freshInside(chance, program, after, way)),
    };
  }
  const end = after + chance.magnitude(1, MOST_INSIDE);
  return {
    ...program,
    commands: commands.map((command, i) => (i >= after && i < end ? { ...command, claim: way } : command)),
  };
}

/** The likeliest of a few commands to claim a span. */
function heaviest(chance: Chance, commands: readonly Command[], claimers: readonly number[]): number {
  const weight = (index: number): number => CLAIMERS[commands[index].op] ?? 0;
  const [first, ...others] = Array.from({ length: 3 }, () => chance.pick(claimers));
  return others.reduce((best, index) => (weight(index) > weight(best) ? index : best), first);
}

function freshInside(chance: Chance, program: Program, at: number, claim: readonly number[]): Command[] {
  const { commands, config } = program;
  const made = madeBefore(commands, at);
  const highest = highestHandle(commands);
  return Array.from({ length: chance.magnitude(1, MOST_INSIDE) }, (_, i) => {
    const command = freshCommand({ chance, config, made, fresh: highest + 1 + i });
    made.note(command);
    return { ...command, claim };
  });
}

function alone(command: Command): Command {
  const bare = { ...command };
  delete bare.claim;
  return bare;
}
