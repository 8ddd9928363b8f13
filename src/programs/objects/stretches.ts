import { TINY_SIZE } from '../../spec/index.js';
import type { Command } from '../program.js';
import { isLarge, malloc, mallocAny, mutatorMove, type Busy } from './mutator-moves.js';
import { CLASS_TO_COUNT } from './object-ledger.js';
import { MUTATOR_COMMANDS, type ObjectRun } from './object-run.js';
import { CLASS_SIZES } from './sizes.js';

/** The name of a stretch: what a program does to the heap between two cycles. */
export type StretchName = 'mix' | 'focus' | 'tiny' | 'large' | 'idle' | 'exhaust';

/** A part of a program between two cycles, in which commands are drawn in the same manner. */
export interface Stretch {
  readonly name: StretchName;
  /** Commands that it has. */
  readonly length: number;
  /** Share of commands, 0 to 1, that allocate objects of its own kind rather than do anything. */
  readonly share: number;
  /** Draws the size of an object of its own kind, in bytes; absent where it has none. */
  readonly size?: () => number;
}

/** Slots of which the heap looks for a free one at a time. */
const WINDOW = 64;

/** Draws a stretch of at most `room` commands. */
export function drawStretch(run: ObjectRun, room: number): Stretch {
  const { chance, habits } = run;
  const length = Math.min(room, chance.magnitude(Math.max(1, habits.stretch >> 2), habits.stretch));
  switch (chance.below(8)) {
    case 0:
    case 1:
      return focus(run, room);
    case 2:
      return { name: 'tiny', length, share: 7 / 8, size: () => chance.between(1, TINY_SIZE - 1) };
    case 3:
      return large(run, length);
    case 4:
      return { name: 'idle', length, share: 0 };
    default:
      return { name: 'mix', length, share: 0 };
  }
}

/** A stretch that asks for more than the arena has, and is the last one. */
export function exhaustingStretch({ chance, config }: ObjectRun, room: number): Stretch {
  const bytes = config.arenaPages * 8192;
  const least = Math.max(1, Math.floor((2 * bytes) / room));
  return {
    name: 'exhaust',
    length: room,
    share: 1,
    size: () => chance.magnitude(least, Math.min(8 * least, bytes)),
  };
}

/** Fills whole spans, or whole windows of them, with objects of one size, up to an object more or less. */
function focus({ chance }: ObjectRun, room: number): Stretch {
  const fitting = CLASS_TO_COUNT.flatMap((count, sizeclass) =>
    count > 0 && count <= room ? [sizeclass] : [],
  );
  const sizeclass = fitting.length === 0 ? 1 : chance.pick(fitting);
  const size = CLASS_SIZES[sizeclass - 1];
  const count = CLASS_TO_COUNT[sizeclass];
  const windows = Math.min(count, WINDOW * chance.between(1, 4));
  const spans = count * chance.between(1, 4);
  const length = (chance.happens(1 / 2) ? windows : spans) + chance.between(-1, 2);
  // Two bytes less have the same class, but for the smallest, where they are tiny.
  const least = chance.happens(1 / 2) ? size : size - 1;
  return {
    name: 'focus',
    length: Math.max(1, Math.min(length, room)),
    share: chance.happens(1 / 2) ? 1 : 15 / 16,
    size: () => chance.between(least, size),
  };
}

function large({ chance, habits, objects, sizes }: ObjectRun, length: number): Stretch {
  const size = (): number => {
    for (let attempt = 0; attempt < 4; attempt++) {
      const drawn = sizes.draw(habits.maxPages - objects.pages);
      if (isLarge(drawn)) return drawn;
    }
    return chance.between(4, 12) * 8192 + chance.between(-1, 1);
  };
  return { name: 'large', length, share: 1 / 2, size };
}

/** Draws the next command of a stretch. */
export function stretchMove(run: ObjectRun, { name, share, size }: Stretch): Command {
  return ownMove() ?? otherMove(run, name === 'idle', NOT_BUSY) ?? certain(mallocAny(run, NOT_BUSY));

  function ownMove(): Command | null {
    return size !== undefined && run.chance.happens(share) ? malloc(run, NOT_BUSY, size()) : null;
  }
}

/** Draws any command that stands between two cycles; null where the one that is drawn can't be had. */
export function otherMove(run: ObjectRun, idle: boolean, busy: Busy): Command | null {
  const { moves, objects } = run;
  const choice = idle ? moves.idle : objects.sweeping ? moves.sweeping : moves.usual;
  return mutatorMove(run, choice.draw(run.chance), busy);
}

const NOT_BUSY: Busy = [];

/** Where no cache is busy, there is one for every command. */
function certain(command: Command | null): Command {
  if (command === null) throw new Error(`no cache is left of those of ${MUTATOR_COMMANDS.length} commands`);
  return command;
}
