import { CLASS_TO_SIZE, MAX_SMALL_SIZE, PAGE_SIZE, TINY_SIZE } from '../../spec/index.js';
import { allocStackOf } from '../moves.js';
import type { Command, Place } from '../program.js';
import { scavenge, tick } from '../time-moves.js';
import { type ObjectNote, CLASS_TO_COUNT } from './object-ledger.js';
import { MUTATOR_COMMANDS, type ObjectRun } from './object-run.js';

/** Caches that may not be named, because they are in the midst of an operation. */
export type Busy = readonly number[];

/** Objects from the youngest on that get most of the special records: so they meet each other. */
const POPULAR_OBJECTS = 6;

/** Records of one kind that an object gets at most. */
const MAX_RECORDS = 8;

/** Stacks that may be live at a time. */
const MAX_STACKS = 16;

/** Caches that a run has at most, unless it begins with more. */
const MAX_CACHES = 8;

const RECORD_OFFSETS = 2 ** 16;

/** By size class: the first byte of the last object of a span whose offset takes more than 16 bits; Infinity where none does. */
const CUT_FROM = CLASS_TO_SIZE.map((size, sizeclass) => {
  const last = (CLASS_TO_COUNT[sizeclass] - 1) * size;
  return size > 0 && last + size > RECORD_OFFSETS ? RECORD_OFFSETS - last : Infinity;
});

/**
 * Draws the command with a number of {@link MUTATOR_COMMANDS}; null where it can't be had now.
 *
 * @param inside - whether it runs inside of another one, as far as that claims a span.
 */
export function mutatorMove(run: ObjectRun, number: number, busy: Busy, inside: boolean): Command | null {
  const { ledger } = run;
  switch (MUTATOR_COMMANDS[number]) {
    case 'malloc':
      return onCache(run, busy, (p) => mallocFrom(run, p, drawSize(run)));
    case 'allocStack':
      return ledger.live.length < MAX_STACKS ? allocStack(run) : null;
    case 'freeStack':
      return freeStack(run);
    case 'tick':
      return tick(run);
    case 'scavenge':
      return scavenge(run);
    case 'freeOSMemory':
      return { op: 'freeOSMemory' };
    case 'query':
      return query(run);
    case 'addFinalizer':
      return addFinalizer(run, busy);
    case 'removeFinalizer':
      return removeFinalizer(run, busy);
    case 'setProfile':
      return setProfile(run, busy);
    case 'flush':
      return flush(run, busy);
    case 'addProc':
      return addProc(run, inside);
    case 'removeProc':
      return removeProc(run, busy, inside);
    case 'sweepone':
      return sweepone(run, busy);
  }
}

/** Draws the flush of a cache; null where every one is busy. */
export function flush(run: ObjectRun, busy: Busy): Command | null {
  return onCache(run, busy, (p) => {
    run.objects.flush(p);
    return { op: 'flush', p };
  });
}

/** Makes a cache; null where there are enough, or where none are made. */
export function addProc({ config, objects, swarm }: ObjectRun, inside: boolean): Command | null {
  if (swarm.addProc === 0 || objects.caches.length >= Math.max(MAX_CACHES, config.procs)) return null;
  objects.addCache(!inside);
  return { op: 'addProc' };
}

/** Draws the removal of a cache; null where none can go: the last one stays, and those that are busy. */
export function removeProc(run: ObjectRun, busy: Busy, inside: boolean): Command | null {
  const { objects, swarm } = run;
  if (swarm.removeProc === 0 || swarm.addProc === 0 || objects.caches.length <= busy.length + 1) return null;
  return onCache(run, busy, (p) => {
    objects.removeCache(p, !inside);
    return { op: 'removeProc', p };
  });
}

/** Draws the size of an object, in bytes, for which there should be room. */
export function drawSize({ habits, ledger, objects, sizes }: ObjectRun): number {
  return sizes.draw(habits.maxPages - objects.pages - ledger.livePages);
}

/** Draws the allocation of an object of this size, in bytes, from any cache. */
export function mallocAnywhere(run: ObjectRun, size: number): Command {
  return mallocFrom(run, anyCache(run), size);
}

/** Draws the allocation of an object of this size, in bytes, from a cache. */
export function mallocFrom(run: ObjectRun, p: number, size: number): Command {
  const { chance, habits } = run;
  const share = size < TINY_SIZE ? habits.scanShare / 4 : habits.scanShare;
  const scan = chance.happens(share) ? drawScan(run, size) : 0;
  return mallocOf(run, p, size, scan, chance.happens(habits.needzeroShare));
}

/** An allocation of an object with these arguments. */
export function mallocOf(
  { ledger, objects }: ObjectRun,
  p: number,
  size: number,
  scan: number,
  needzero: boolean,
): Command & { readonly op: 'malloc' } {
  const handle = ledger.nextHandle();
  objects.allocate(handle, p, size, scan);
  return { op: 'malloc', handle, size, p, scan, needzero };
}

function drawScan({ chance }: ObjectRun, size: number): number {
  switch (chance.below(4)) {
    case 0:
      return Math.min(size, 8);
    case 1:
      return chance.between(1, size);
    default:
      return size < 8 ? size : size - (size % 8);
  }
}

/** Draws the sweeping of one span; null where every cache is busy. */
export function sweepone(run: ObjectRun, busy: Busy): Command | null {
  return onCache(run, busy, (p) => {
    run.objects.sweep();
    return { op: 'sweepone', p };
  });
}

function allocStack(run: ObjectRun): Command {
  const { chance, habits } = run;
  const most = chance.happens(1 / 8) ? 130 : 8;
  return allocStackOf(run, chance.magnitude(1, Math.min(most, Math.max(1, habits.maxPages >> 2))));
}

/** No span may go from stack to free while marking. */
function freeStack({ chance, ledger, objects }: ObjectRun): Command | null {
  if (objects.marking || ledger.live.length === 0) return null;
  const { handle } = ledger.free(chance.below(ledger.live.length));
  return { op: 'freeStack', span: { handle, offset: 0 } };
}

function query(run: ObjectRun): Command {
  const { chance, config, ledger, objects } = run;
  const note = drawObject(run);
  const kind = chance.below(16);
  if (kind < 11 && note !== null) return { op: 'query', at: drawQueried(run, note) };
  if (kind < 13 && ledger.live.length > 0) {
    const { handle, npages } = chance.pick(ledger.live);
    return {
      op: 'query',
      at: { handle, offset: chance.pick([-1, 0, npages * PAGE_SIZE - 1, npages * PAGE_SIZE]) },
    };
  }
  if (kind === 13) return { op: 'query', at: null };
  const peak = objects.pages + ledger.peakPages + 1;
  return {
    op: 'query',
    at: { offset: chance.between(-1, Math.min(config.arenaPages, 2 * peak) * PAGE_SIZE) },
  };
}

/** At and around the bounds of an object, and of the slots around it. */
function drawQueried({ chance }: ObjectRun, { handle, bytes, size }: ObjectNote): Place {
  const bounds = [0, 0, size, bytes, -bytes, bytes * chance.below(64), bytes * -chance.below(64)];
  if (chance.happens(1 / 4)) return { handle, offset: chance.below(bytes) };
  return { handle, offset: chance.pick(bounds) + chance.between(-1, 1) };
}

/** Draws a finalizer for an object; null where there is no object, or every cache is busy. */
export function addFinalizer(run: ObjectRun, busy: Busy): Command | null {
  const { chance } = run;
  const note = drawPopular(run);
  if (note === null) return null;
  return onCache(run, busy, (p) => {
    const again = note.finalizers.length > 0 && chance.happens(1 / 4);
    const offset = again ? chance.pick(note.finalizers) : drawOffset(run, note);
    if (!again && note.finalizers.length < MAX_RECORDS) note.finalizers = [...note.finalizers, offset];
    return { op: 'addFinalizer', p, at: { handle: note.handle, offset }, id: drawId(run) };
  });
}

function removeFinalizer(run: ObjectRun, busy: Busy): Command | null {
  const { chance } = run;
  const note = drawPopular(run);
  if (note === null) return null;
  return onCache(run, busy, (p) => {
    const exists = note.finalizers.length > 0 && chance.happens(7 / 8);
    const offset = exists ? chance.pick(note.finalizers) : drawOffset(run, note);
    return { op: 'removeFinalizer', p, at: { handle: note.handle, offset } };
  });
}

/**
 * Draws a profile record for an object; null where there is no object to take one, or every cache is busy. A second one
 * at one offset is fatal, so there is none where another one may be.
 */
export function setProfile(run: ObjectRun, busy: Busy): Command | null {
  const note = drawPopular(run);
  if (note === null || note.profiles.length >= MAX_RECORDS) return null;
  const offset = drawOffset(run, note) % Math.min(note.size, RECORD_OFFSETS);
  if (note.profiles.includes(offset)) return null;
  return onCache(run, busy, (p) => {
    note.profiles = [...note.profiles, offset];
    return { op: 'setProfile', p, at: { handle: note.handle, offset }, id: drawId(run) };
  });
}

/** A place for a mark: mostly anywhere in the object. */
export function markOf({ chance }: ObjectRun, { handle, bytes }: ObjectNote): Command {
  const offset = chance.happens(1 / 2) ? 0 : chance.happens(1 / 4) ? bytes - 1 : chance.below(bytes);
  return { op: 'mark', at: { handle, offset } };
}

/** Any live object, those in the last span of a class as likely as all others. */
function drawObject({ chance, objects: { live } }: ObjectRun): ObjectNote | null {
  if (live.length === 0) return null;
  const last = live.length - 1;
  if (chance.happens(1 / 2)) return live[chance.below(live.length)];
  return live[Math.max(0, last - chance.below(CLASS_TO_COUNT[live[last].sizeclass] + 1))];
}

/** A live object, mostly one of the youngest. */
function drawPopular(run: ObjectRun): ObjectNote | null {
  const { chance, objects } = run;
  const { length } = objects.live;
  if (length === 0 || chance.happens(1 / 4)) return drawObject(run);
  return objects.live[length - 1 - chance.below(Math.min(length, POPULAR_OBJECTS))];
}

function drawOffset(run: ObjectRun, note: ObjectNote): number {
  const { chance } = run;
  const { size, sizeclass } = note;
  if (size > CUT_FROM[sizeclass]) return drawCutOffset(run, note);
  if (size > RECORD_OFFSETS && chance.happens(1 / 8)) return chance.between(RECORD_OFFSETS, size - 1);
  if (chance.happens(3 / 4)) return 0;
  return chance.happens(1 / 4) ? chance.below(size) : chance.below(Math.min(size, 16));
}

/**
 * An offset in an object of a span of more than 16 bits. Cut, it is that of the first object. That lives beside any other
 * one before the first cycle, but later a record could hang on nothing, which is fatal when the span is swept. What is
 * cut is odd, and what is not is even, and what is cut stays below the offsets from which on it is: so no two profile
 * records are ever taken to stand at one place.
 */
function drawCutOffset({ chance, objects }: ObjectRun, { size, sizeclass }: ObjectNote): number {
  const from = CUT_FROM[sizeclass];
  if (objects.cycles === 0 && chance.happens(1 / 2)) {
    return chance.between(from, Math.min(size, 2 * from) - 2) | 1;
  }
  return chance.happens(1 / 2) ? 0 : chance.below(from / 2) * 2;
}

function drawId({ chance }: ObjectRun): number {
  return chance.happens(1 / 16) ? chance.magnitude(1, Number.MAX_SAFE_INTEGER) : chance.below(16);
}

/** Any cache, where none is busy. */
export function anyCache({ chance, habits, objects: { caches } }: ObjectRun): number {
  return caches.length === 1 || chance.happens(habits.mainCacheShare) ? caches[0] : chance.pick(caches);
}

/** The command on a cache that is free, with its number; null where there is none. */
export function onCache(run: ObjectRun, busy: Busy, command: (p: number) => Command): Command | null {
  if (busy.length === 0) return command(anyCache(run));
  const left = run.objects.caches.filter((p) => !busy.includes(p));
  return left.length === 0 ? null : command(run.chance.pick(left));
}

/** Whether an object of this size has a span of its own. */
export function isLarge(size: number): boolean {
  return size > MAX_SMALL_SIZE;
}
