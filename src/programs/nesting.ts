import type { Command } from './program.js';

/** A command with those that run inside of it. */
export interface Turn {
  /** Index of the command in its program. */
  readonly index: number;
  readonly command: Command;
  /** The turns that it has at its claims, by the number of the claim, counted from 1; absent where it has none. */
  readonly inside?: ReadonlyMap<number, readonly Turn[]>;
}

interface OpenTurn extends Turn {
  /** The claim at which it has its turn; 0 where it runs by itself. */
  readonly claim: number;
  inside?: Map<number, OpenTurn[]>;
}

const NONE: readonly Turn[] = [];

/** The commands in the course of which nothing else runs. */
const STOPPED: ReadonlySet<string> = new Set(['gcStart', 'gcEnd'] satisfies Command['op'][]);

/**
 * The commands that run by themselves, in order, each with those that run inside of it. A command whose
 * {@link Command.claim} names no command before it has no turn, and neither has one that would run inside of `gcStart`
 * or `gcEnd`, where the world is stopped.
 */
export function turnsOf(commands: readonly Command[]): Turn[] {
  const turns: OpenTurn[] = [];
  /** The last turn, and before it those that it runs inside of, the outermost first. */
  let open: OpenTurn[] = [];
  commands.forEach((command, index) => {
    const { claim: way } = command;
    // Most commands run by themselves.
    if (way === undefined || way.length === 0) {
      const turn: OpenTurn = { index, command, claim: 0 };
      turns.push(turn);
      open = [turn];
      return;
    }
    const depth = way.length;
    const around = open.slice(0, depth);
    const parent = around.at(-1);
    if (around.length < depth || around.some((turn, i) => i > 0 && turn.claim !== way[i - 1])) return;
    if (parent === undefined || STOPPED.has(parent.command.op)) return;
    const turn: OpenTurn = { index, command, claim: way[depth - 1] };
    addInside(parent, turn);
    open = [...around, turn];
  });
  return turns;
}

function addInside(parent: OpenTurn, turn: OpenTurn): void {
  parent.inside ??= new Map();
  const there = parent.inside.get(turn.claim);
  if (there === undefined) parent.inside.set(turn.claim, [turn]);
  else there.push(turn);
}

/** The turns that a command has at a claim, counted from 1. */
export function turnsAt(turn: Turn, claim: number): readonly Turn[] {
  return turn.inside?.get(claim) ?? NONE;
}

/**
 * For each command the index of the one that it runs inside of; -1 where it runs by itself or has no turn.
 */
export function outersOf(commands: readonly Command[]): readonly number[] {
  const outers = commands.map(() => -1);
  if (commands.every(({ claim }) => claim === undefined)) return outers;
  const visit = ({ index, inside }: Turn): void => {
    for (const turns of inside?.values() ?? []) {
      for (const inner of turns) {
        outers[inner.index] = index;
        visit(inner);
      }
    }
  };
  for (const turn of turnsOf(commands)) visit(turn);
  return outers;
}
