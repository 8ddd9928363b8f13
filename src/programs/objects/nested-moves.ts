import { misuseInside } from './misuse-refused.js';
import { isLarge, type Busy } from './mutator-moves.js';
import type { ObjectRun } from './object-run.js';
import { otherMove } from './stretches.js';
import type { Command } from '../program.js';

/** Claims of one command that are made use of. */
const MOST_CLAIMS = 3;

/** Levels of commands that run inside of each other. */
const MOST_DEPTH = 3;

/** Draws commands that run in the course of another one, at most `room`: none where it probably claims no span. */
export function nestedMoves(run: ObjectRun, outer: Command, room: number, misuse: boolean): Command[] {
  const { chance, habits, objects } = run;
  if (!objects.sweeping || objects.marking || !chance.happens(habits.nestedShare * claimsShare(run, outer))) {
    return [];
  }
  const commands: Command[] = [];
  addMoves(run, outer, { commands, room, misuse }, [], []);
  return commands;
}

/** The commands that have been drawn, and how many there may be. */
interface Block {
  readonly commands: Command[];
  readonly room: number;
  /** Whether heaps are misused. */
  readonly misuse: boolean;
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
      const command = wrong ?? otherMove(run, chance.happens(1 / 2), alsoBusy);
      if (command === null) continue;
      const at = [...way, claim];
      commands.push({ ...command, claim: at });
      if (wrong === null && at.length < MOST_DEPTH && chance.happens(claimsShare(run, command) / 2)) {
        addMoves(run, command, block, at, alsoBusy);
      }
    }
  }
}
