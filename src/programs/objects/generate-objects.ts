import type { Chance } from '../chance.js';
import type { Frame, GeneratedProgram } from '../generate.js';
import { Misuses } from '../misuses.js';
import type { Command } from '../program.js';
import { tick } from '../time-moves.js';
import { drawSurvivors, gcEnd, gcStart, mark } from './cycles.js';
import { FATAL_OBJECT_MISUSES } from './misuse-fatal.js';
import { REFUSED_OBJECT_MISUSES } from './misuse-refused.js';
import { nestedMoves } from './nested-moves.js';
import { drawObjectRun, type ObjectRun } from './object-run.js';
import {
  contest,
  drawStretch,
  exhaustingStretch,
  otherMove,
  stretchMove,
  type Stretch,
} from './stretches.js';

/** Share of marks with something else behind them. */
const BETWEEN_MARKS = 1 / 8;

/** Most pages of an arena that is used up on purpose. */
const MOST_EXHAUSTED = 4096;

/** Draws the commands of a program with objects: stretches of allocation, each with a cycle behind it. */
export function generateObjectProgram(
  chance: Chance,
  { config, host, length, misuse }: Omit<Frame, 'giants'>,
): GeneratedProgram {
  const run = drawObjectRun(chance, config, length);
  const commands: Command[] = [];
  const phases: string[] = [];
  const misuses = misuse
    ? new Misuses(run, { refused: REFUSED_OBJECT_MISUSES, fatal: FATAL_OBJECT_MISUSES }, length)
    : null;
  const draft: Draft = { run, misuses, commands };
  const ordinary = misuses === null ? length : length - misuses.reserved;
  const exhausts = misuses === null && config.arenaPages <= MOST_EXHAUSTED && chance.happens(1 / 8);
  const last = exhausts ? ordinary - (ordinary >> 2) : ordinary;
  let crowded: number | undefined;
  while (commands.length < last) {
    const room = last - commands.length;
    const stretch =
      crowded === undefined
        ? drawStretch(run, room, phases.at(-1) === 'windows')
        : contest(run, room, crowded);
    phases.push(stretch.name);
    play(draft, stretch, last);
    if (commands.length < last) phases.push(collect(draft, last, stretch));
    crowded = stretch.crowds;
  }
  if (commands.length < ordinary) {
    const stretch = exhaustingStretch(run, ordinary - commands.length);
    phases.push(stretch.name);
    play(draft, stretch, ordinary);
  }
  if (misuses !== null) {
    const end = misuses.end();
    // An end may need less than was left to it, and nothing can come behind it.
    while (commands.length + end.length < length) commands.push(tick(run));
    commands.push(...end);
  }
  return { program: { config, host, commands }, swarm: run.swarm, phases, misuses: misuses?.names ?? [] };
}

/** A program that is being drawn. */
interface Draft {
  readonly run: ObjectRun;
  readonly misuses: Misuses<ObjectRun> | null;
  readonly commands: Command[];
}

/** Draws the commands of a stretch, at least one. */
function play({ run, misuses, commands }: Draft, stretch: Stretch, most: number): void {
  const end = Math.min(most, commands.length + stretch.length);
  do {
    const wrong = misuses === null ? null : misuses.draw();
    const command = wrong ?? stretchMove(run, stretch);
    commands.push(command);
    const room = end - commands.length;
    if (wrong === null) commands.push(...nestedMoves(run, command, room, misuses !== null, stretch.contests));
  } while (commands.length < end);
}

/** Draws a cycle, as far as there is room for it, and gives the name of the rule by which objects survive it. */
function collect({ run, misuses, commands }: Draft, most: number, filled: Stretch): string {
  const { chance } = run;
  commands.push(gcStart(run));
  const { name, marked } = drawSurvivors(run, filled);
  for (const note of marked) {
    if (commands.length >= most) return name;
    commands.push(mark(run, note));
    if (commands.length === most) return name;
    const between =
      misuses?.drawWhileMarking() ?? (chance.happens(BETWEEN_MARKS) ? otherMove(run, false) : null);
    if (between !== null) commands.push(between);
  }
  if (commands.length < most) commands.push(gcEnd(run, filled));
  return name;
}
