import { misuseInside } from './misuse-refused.js';
import {
  addFinalizer,
  addProc,
  flush,
  isLarge,
  mallocFrom,
  onCache,
  removeProc,
  sweepone,
  type Busy,
} from './mutator-moves.js';
import type { ObjectRun } from './object-run.js';
import { CLASS_SIZES } from './sizes.js';
import { otherMove } from './stretches.js';
import type { Command } from '../program.js';

/** Claims of one command that are made use of. */
const MOST_CLAIMS = 3;

/** Share of commands, 0 to 1, in the course of which others run where caches contest spans. */
const CONTESTED_SHARE = 3 / 4;

/** Levels of commands that run inside of each other. */
const MOST_DEPTH = 3;

/**
 * Draws commands that run in the course of another one, at most `room`: none where it probably claims no span.
 *
 * @param contested - the size class of which caches take spans from each other, if there is one.
 */
export function nestedMoves(
  run: ObjectRun,
  outer: Command,
  room: number,
  misuse: boolean,
  contested = 0,
): Command[] {
  const { chance, habits, objects } = run;
  const share =
    contested > 0 && objects.refilled ? CONTESTED_SHARE : habits.nestedShare * claimsShare(run, outer);
  if (!objects.sweeping || objects.marking || !chance.happens(share)) return [];
  // Who looks for a span of a class of which most are full sweeps more than the one it takes.
  if (contested > 0) objects.sweep();
  const commands: Command[] = [];
  addMoves(run, outer, { commands, room, misuse, contested }, [], []);
  return commands;
}

/** The commands that have been drawn, and how many there may be. */
interface Block {
  readonly commands: Command[];
  readonly room: number;
  /** Whether heaps are misused. */
  readonly misuse: boolean;
  /** The size class of which caches take spans from each other; 0 where there is none. */
  readonly contested: number;
}

/** About how often a command claims a span while there are some to sweep. */
function claimsShare({ objects }: ObjectRun, command: Command): number {
  switch (command.op) {
    case 'sweepone':
      return 3 / 4;
    case 'malloc':
      if (isLarge(Number(command.size))) return 1 / 4;
      return objects.refilled ? 1 / 2 : 1 / 64;
    case 'addFinalizer':
    case 'removeFinalizer':
    case 'setProfile':
      return 1 / 16;
    default:
      return 0;
  }
}

function addMoves(run: ObjectRun, outer: Command, block: Block, way: readonly number[], busy: Busy): void {
  const { chance } = run;
  const { commands, room, misuse } = block;
  const alsoBusy = 'p' in outer ? [...busy, Number(outer.p)] : busy;
  // Further claims are rare: most of what would run at them would be skipped.
  const claims = outer.op === 'sweepone' ? 1 : chance.happens(1 / 8) ? chance.between(1, MOST_CLAIMS) : 1;
  for (let claim = 1; claim <= claims; claim++) {
    for (let count = chance.magnitude(1, 4); count > 0 && commands.length < room; count--) {
      const wrong = misuse && chance.happens(1 / 8) ? misuseInside(run, alsoBusy) : null;
      const drawn = wrong === null ? moves(run, block, alsoBusy) : [wrong];
      const at = [...way, claim];
      for (const command of drawn) {
        commands.push({ ...command, claim: at });
        if (wrong === null && at.length < MOST_DEPTH && chance.happens(claimsShare(run, command) / 2)) {
          addMoves(run, command, block, at, alsoBusy);
        }
      }
    }
  }
}

/** Commands to run in a row at a claim: mostly one. */
function moves(run: ObjectRun, { commands, room, contested }: Block, busy: Busy): readonly Command[] {
  const { chance, objects, swarm } = run;
  if (contested === 0 || chance.happens(1 / 4)) return listed(otherMove(run, chance.happens(1 / 2), busy));
  const size = CLASS_SIZES[contested - 1];
  switch (chance.below(8)) {
    case 0:
      return swarm.flush > 0 ? listed(flush(run, busy)) : [];
    case 1:
      return listed(removeProc(run, busy, true));
    case 2: {
      const p = objects.nextCache;
      if (p === null || commands.length + 2 > room) return [];
      const made = addProc(run, true);
      return made === null ? [] : [made, mallocFrom(run, p, size)];
    }
    case 3:
    case 4:
      return swarm.sweepone > 0 ? listed(sweepone(run, busy)) : [];
    case 5:
      return swarm.addFinalizer > 0 ? listed(addFinalizer(run, busy)) : [];
    default:
      return listed(onCache(run, busy, (p) => mallocFrom(run, p, size)));
  }
}

function listed(command: Command | null): readonly Command[] {
  return command === null ? [] : [command];
}
