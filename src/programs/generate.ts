import type { HeapConfig } from '../spec/index.js';
import { addFinalizer, query, removeFinalizer, setProfile } from './address-moves.js';
import type { Chance } from './chance.js';
import { FATAL_MISUSES } from './misuse-fatal.js';
import { REFUSED_MISUSES } from './misuse-refused.js';
import { Misuses } from './misuses.js';
import { alloc, allocStack, free } from './moves.js';
import { Phase, type PhaseName } from './phases.js';
import type { Command, HostScript, Program } from './program.js';
import { drawRun, type Run } from './run.js';
import type { CommandName } from './command-fields.js';
import { OTHER_COMMANDS } from './swarm.js';
import { scavenge, tick } from './time-moves.js';

/** What is settled before the commands of a program are drawn. */
export interface Frame {
  readonly config: HeapConfig;
  readonly host: HostScript;
  /** Number of commands. */
  readonly length: number;
  /** Whether heaps are misused. */
  readonly misuse: boolean;
}

/** The same for a program of the page level. */
export interface PageFrame extends Frame {
  /** Whether there are giants: spans of 2^20 pages and more. The arena must have room for them. */
  readonly giants: boolean;
}

/** A program, and how it came about, for statistics and for tests. */
export interface GeneratedProgram {
  readonly program: Program;
  /** How often each command occurs, compared with the others. */
  readonly swarm: Readonly<Partial<Record<CommandName, number>>>;
  /** Names of the parts that it consists of. */
  readonly phases: readonly string[];
  /** Names of the kinds of misuse in it, in their order. */
  readonly misuses: readonly string[];
}

/** Draws the commands of a program. */
export function generateProgram(chance: Chance, frame: PageFrame): GeneratedProgram {
  const { config, host, length, misuse, giants } = frame;
  const run = drawRun(chance, config, length, giants);
  const commands: Command[] = [];
  const phases: PhaseName[] = [];
  const misuses = misuse
    ? new Misuses(run, { refused: REFUSED_MISUSES, fatal: FATAL_MISUSES }, length)
    : null;
  const ordinary = misuses === null ? length : length - misuses.reserved;
  while (commands.length < ordinary) {
    const phase = new Phase(chance, run.ledger.live.length, run.habits.maxLive, ordinary - commands.length);
    phases.push(phase.kind.name);
    if (phase.kind.favours > 0) run.pageCounts.changeFavourites();
    play(run, phase, commands, misuses);
  }
  if (misuses !== null) {
    const end = misuses.end();
    // An end may need less than was left to it, and nothing can come behind it.
    while (commands.length + end.length < length) commands.push(tick(run));
    commands.push(...end);
  }
  return { program: { config, host, commands }, swarm: run.swarm, phases, misuses: misuses?.names ?? [] };
}

/** Draws the commands of a phase, at least one. */
function play(run: Run, phase: Phase, commands: Command[], misuses: Misuses<Run> | null): void {
  const { chance, ledger } = run;
  const others = phase.kind.idle ? run.othersWhenIdle : run.others;
  const end = commands.length + phase.length;
  do {
    const wrong = misuses === null ? null : misuses.draw();
    commands.push(wrong ?? drawOther(run, others.draw(chance)) ?? drawMemoryMove(run, phase));
  } while (commands.length < end && !phase.done(ledger.live.length));
}

/** Draws one of the {@link OTHER_COMMANDS}; null where it can't be had, and for any further number. */
function drawOther(run: Run, number: number): Command | null {
  switch (OTHER_COMMANDS[number]) {
    case 'tick':
      return tick(run);
    case 'scavenge':
      return scavenge(run);
    case 'freeOSMemory':
      return { op: 'freeOSMemory' };
    case 'query':
      return query(run);
    case 'addFinalizer':
      return addFinalizer(run);
    case 'removeFinalizer':
      return removeFinalizer(run);
    case 'setProfile':
      return setProfile(run);
    default:
      return null;
  }
}

/** Draws an allocation or a free, as the phase and the bound of live pages would have it. */
function drawMemoryMove(run: Run, phase: Phase): Command {
  const { chance, habits, ledger, pageCounts, swarm } = run;
  const { live } = ledger;
  const full = phase.kind.favours > 0 ? !pageCounts.hasRoom(ledger) : ledger.livePages >= habits.maxLivePages;
  const allocates = phase.allocates(chance, live.length, full);
  if (live.length > 0 && !allocates) {
    const index = phase.nextToFree(chance, live);
    if (swarm[live[index].stack ? 'freeStack' : 'free'] > 0) return free(run, index);
  }
  const stack = chance.real(swarm.alloc + swarm.allocStack) >= swarm.alloc;
  return stack ? allocStack(run, phase.kind) : alloc(run, phase.kind);
}
