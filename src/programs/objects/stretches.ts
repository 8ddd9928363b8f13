import { CLASS_TO_PAGES, PAGE_SIZE, TINY_SIZE } from '../../spec/index.js';
import type { Command } from '../program.js';
import {
  addFinalizer,
  anyCache,
  drawSize,
  isLarge,
  mallocAnywhere,
  mallocFrom,
  mutatorMove,
  setProfile,
  sweepone,
  type Busy,
} from './mutator-moves.js';
import { CLASS_TO_COUNT, WINDOW } from './object-ledger.js';
import type { ObjectRun } from './object-run.js';
import { CLASS_SIZES, LONG_SPAN_SIZES } from './sizes.js';

/** The name of a stretch: what a program does to the heap between two cycles. */
export type StretchName =
  'mix' | 'focus' | 'tiny' | 'large' | 'idle' | 'sweep' | 'cut records' | 'crowd' | 'contest' | 'exhaust';

/** A part of a program between two cycles, in which commands are drawn in the same manner. */
export interface Stretch {
  readonly name: StretchName;
  /** Commands that it has. */
  readonly length: number;
  /** Share of commands, 0 to 1, that are of its own kind rather than any. */
  readonly share: number;
  /** Draws a command of its own kind; null where there is none now. */
  readonly own: () => Command | null;
  /** Whether it fills spans of more than one window. */
  readonly windows?: boolean;
  /** The size class of which it fills some spans, for caches to contest when they are swept. */
  readonly crowds?: number;
  /** The size class of which caches contest spans at claims. */
  readonly contests?: number;
}

const NOT_BUSY: Busy = [];

/** Pages that the spans take, about, in which records are hung whose offset is cut. */
const CUT_RECORDS_PAGES = 96;

/** Size classes of which a span has few objects, but several. */
const CROWDED_CLASSES = CLASS_TO_COUNT.flatMap((count, sizeclass) =>
  count > 1 && count <= 8 ? [sizeclass] : [],
);

/**
 * Draws a stretch of at most `room` commands.
 *
 * @param windows - whether whole windows of slots have just survived, so that others are to be filled.
 */
export function drawStretch(run: ObjectRun, room: number, windows: boolean): Stretch {
  const { chance, habits, objects, swarm } = run;
  const length = Math.min(room, chance.magnitude(Math.max(1, habits.stretch >> 2), habits.stretch));
  if (windows && chance.happens(3 / 4)) return focus(run, room, 1);
  const hasRecords = swarm.addFinalizer > 0 && swarm.setProfile > 0;
  const hasRoom = habits.maxPages - objects.pages >= CUT_RECORDS_PAGES;
  if (hasRecords && hasRoom && objects.cycles === 0 && chance.happens(1 / 10)) return cutRecords(run, length);
  const crowded = objects.caches.length > 1 && chance.happens(1 / 6) ? crowd(run, room) : null;
  if (crowded !== null) return crowded;
  if (objects.sweeping && swarm.sweepone > 0 && chance.happens(1 / 2)) {
    return { name: 'sweep', length: Math.min(length, 32), share: 1 / 2, own: () => sweepone(run, NOT_BUSY) };
  }
  switch (chance.below(8)) {
    case 0:
    case 1:
      return focus(run, room, 1 / 4);
    case 2:
      return {
        name: 'tiny',
        length,
        share: 7 / 8,
        own: () => mallocAnywhere(run, chance.between(1, TINY_SIZE - 1)),
      };
    case 3:
      return large(run, length);
    case 4:
      return { name: 'idle', length, share: 0, own: () => null };
    default:
      return { name: 'mix', length, share: 0, own: () => null };
  }
}

/** A stretch that asks for more than the arena has, and is the last one. */
export function exhaustingStretch(run: ObjectRun, room: number): Stretch {
  const { chance, config } = run;
  const bytes = config.arenaPages * PAGE_SIZE;
  const least = Math.max(1, Math.floor((2 * bytes) / room));
  const own = (): Command => mallocAnywhere(run, chance.magnitude(least, Math.min(8 * least, bytes)));
  return { name: 'exhaust', length: room, share: 1, own };
}

/** Fills whole spans, or whole windows of them, with objects of one size, up to an object more or less. */
function focus(run: ObjectRun, room: number, againShare: number): Stretch {
  const { chance } = run;
  // Most classes have spans of less than a window.
  const least = chance.happens(1 / 3) ? WINDOW : 1;
  const fitting = CLASS_TO_COUNT.flatMap((count, sizeclass) =>
    count >= least && count <= room ? [sizeclass] : [],
  );
  const again = chance.happens(againShare) ? classOfLive(run, fitting) : null;
  const sizeclass = again ?? (fitting.length === 0 ? 1 : chance.pick(fitting));
  const size = CLASS_SIZES[sizeclass - 1];
  const count = CLASS_TO_COUNT[sizeclass];
  const windows = Math.min(count, WINDOW * chance.between(1, 4));
  const spans = count * chance.between(1, 4);
  const length = (chance.happens(1 / 2) ? windows : spans) + chance.between(-1, 2);
  // A byte less has the same class.
  const shortest = chance.happens(1 / 2) ? size : size - 1;
  // A cache has a span of its own: it takes one to fill a span.
  const p = chance.happens(7 / 8) ? anyCache(run) : null;
  return {
    name: 'focus',
    windows: count > WINDOW && length >= WINDOW,
    length: Math.max(1, Math.min(length, room)),
    share: chance.happens(1 / 2) ? 1 : 15 / 16,
    own: () => {
      const bytes = chance.between(shortest, size);
      return p !== null && run.objects.caches.includes(p)
        ? mallocFrom(run, p, bytes)
        : mallocAnywhere(run, bytes);
    },
  };
}

/** Fills some spans of a class of which few objects make a span full; null where there is no room. */
function crowd(run: ObjectRun, room: number): Stretch | null {
  const { chance, habits, objects } = run;
  const sizeclass = chance.pick(CROWDED_CLASSES);
  // Each cache has a span of its own besides.
  const pagesLeft = (habits.maxPages - objects.pages) / 2;
  const spans = Math.min(chance.between(3, 8), Math.floor(pagesLeft / CLASS_TO_PAGES[sizeclass]));
  const length = spans * CLASS_TO_COUNT[sizeclass];
  // A cycle and a contest are to come behind it.
  if (spans < 3 || length > room / 4) return null;
  const own = (): Command => mallocAnywhere(run, CLASS_SIZES[sizeclass - 1]);
  return { name: 'crowd', length, share: 1, own, crowds: sizeclass };
}

/** Fills spans of which the last object lies behind 64 KiB, in part, and hangs records on their objects. */
function cutRecords(run: ObjectRun, length: number): Stretch {
  const { chance } = run;
  const size = chance.pick(LONG_SPAN_SIZES);
  const p = anyCache(run);
  const own = (): Command | null => {
    if (chance.happens(1 / 2)) return run.objects.caches.includes(p) ? mallocFrom(run, p, size) : null;
    return chance.happens(2 / 3) ? addFinalizer(run, NOT_BUSY) : setProfile(run, NOT_BUSY);
  };
  return { name: 'cut records', length: Math.min(length, 32), share: 15 / 16, own };
}

/** Has caches take spans of a class, of which most are full, while others do so at the claims. */
export function contest(run: ObjectRun, room: number, sizeclass: number): Stretch {
  const own = (): Command => mallocAnywhere(run, CLASS_SIZES[sizeclass - 1]);
  return {
    name: 'contest',
    length: Math.min(room, run.chance.between(4, 32)),
    share: 15 / 16,
    own,
    contests: sizeclass,
  };
}

/** The class of a live object, so that a span which was swept is filled again; null where that is no class to fill. */
function classOfLive({ chance, objects: { live } }: ObjectRun, fitting: readonly number[]): number | null {
  if (live.length === 0) return null;
  const { sizeclass } = chance.pick(live);
  return fitting.includes(sizeclass) ? sizeclass : null;
}

function large(run: ObjectRun, length: number): Stretch {
  const { chance, habits, objects, sizes } = run;
  const size = (): number => {
    for (let attempt = 0; attempt < 4; attempt++) {
      const drawn = sizes.draw(habits.maxPages - objects.pages);
      if (isLarge(drawn)) return drawn;
    }
    return chance.between(4, 12) * PAGE_SIZE + chance.between(-1, 1);
  };
  return { name: 'large', length, share: 1 / 2, own: () => mallocAnywhere(run, size()) };
}

/** Draws the next command of a stretch. */
export function stretchMove(run: ObjectRun, { name, share, own }: Stretch): Command {
  const command = run.chance.happens(share) ? own() : null;
  return command ?? otherMove(run, name === 'idle') ?? mallocAnywhere(run, drawSize(run));
}

/**
 * Draws any command that stands between two cycles; null where the one that is drawn can't be had.
 *
 * @param busy - where it runs inside of others: the caches that are in their midst.
 */
export function otherMove(run: ObjectRun, idle: boolean, busy?: Busy): Command | null {
  const { moves, objects } = run;
  const choice = idle ? moves.idle : objects.sweeping ? moves.sweeping : moves.usual;
  return mutatorMove(run, choice.draw(run.chance), busy ?? NOT_BUSY, busy !== undefined);
}
