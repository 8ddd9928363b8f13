import type { Chance } from '../chance.js';
import type { Frame, GeneratedProgram } from '../generate.js';
import type { Command } from '../program.js';
import { drawSurvivors, gcEnd, gcStart, mark } from './cycles.js';
import { nestedMoves } from './nested-moves.js';
import { drawObjectRun, type ObjectRun } from './object-run.js';
import { drawStretch, exhaustingStretch, otherMove, stretchMove, type Stretch } from './stretches.js';

/** Share of marks with something else behind them. */
const BETWEEN_MARKS = 1 / 8;

/** Most pages of an arena that is used up on purpose. */
const MOST_EXHAUSTED = 4096;

/** Draws the commands of a program with objects: stretches of allocation, each with a cycle behind it. */
export function generateObjectProgram(chance: Chance, { config, host, length }: Frame): GeneratedProgram {
  const run = drawObjectRun(chance, config, length);
  const commands: Command[] = [];
  const phases: string[] = [];
  const exhausts = config.arenaPages <= MOST_EXHAUSTED && chance.happens(1 / 8);
  const ordinary = length;
  const last = exhausts ? ordinary - (ordinary >> 2) : ordinary;
  while (commands.length < last) {
    const stretch = drawStretch(run, last - commands.length);
    phases.push(stretch.name);
    play(run, stretch, commands, last);
    if (commands.length < last) phases.push(collect(run, commands, last));
  }
  if (commands.length < ordinary) {
    const stretch = exhaustingStretch(run, ordinary - commands.length);
    phases.push(stretch.name);
    play(run, stretch, commands, ordinary);
  }
  return { program: { config, host, commands }, swarm: run.swarm, phases, misuses: [] };
}

/** Draws the commands of a stretch, at least one. */
function play(run: ObjectRun, stretch: Stretch, commands: Command[], most: number): void {
  const end = Math.min(most, commands.length + stretch.length);
  do {
    const command = stretchMove(run, stretch);
    commands.push(command, ...nestedMoves(run, command, end - commands.length - 1));
  } while (commands.length < end);
}

/** Draws a cycle, as far as there is room for it, and gives the name of the rule by which objects survive it. */
function collect(run: ObjectRun, commands: Command[], most: number): string {
  const { chance } = run;
  commands.push(gcStart(run));
  const { name, marked } = drawSurvivors(run);
  for (const note of marked) {
    if (commands.length >= most) return name;
    commands.push(mark(run, note));
    if (commands.length < most && chance.happens(BETWEEN_MARKS)) {
      const command = otherMove(run, false, []);
      if (command !== null) commands.push(command);
    }
  }
  if (commands.length < most) commands.push(gcEnd(run));
  return name;
}
