import { PAGE_SIZE } from '../spec/index.js';
import type { SpanNote } from './ledger.js';
import type { Command, Place } from './program.js';
import type { Run } from './run.js';

/** Objects of a span, from its first on, that get most of the special records: so they meet each other. */
const POPULAR_OBJECTS = 8;

/** Records of one span that are remembered; a span with as many profile records gets no more of them. */
const MAX_RECORDS = 16;

/** Draws a query: at the bounds of live and freed spans, of the arena and of what is mapped, or anywhere. */
export function query(run: Run): Command {
  return { op: 'query', at: drawPlace(run) };
}

function drawPlace({ chance, config, ledger }: Run): Place | null {
  const { live, freedCount } = ledger;
  const kind = chance.below(16);
  if (kind < 9 && live.length > 0) return placeAt(chance.pick(live));
  if (kind < 12 && freedCount > 0) return placeAt(ledger.freed(chance.below(freedCount)));
  if (kind === 12) return null;
  const end = config.arenaPages * PAGE_SIZE;
  const around = (offset: number): Place => ({ offset: offset + chance.between(-1, 1) });
  switch (chance.below(6)) {
    case 0:
      return around(0);
    case 1:
      return around(end);
    case 2:
      return around(ledger.peakPages * PAGE_SIZE);
    case 3:
      // Address 0, which is the nil pointer.
      return around(-config.arenaStart);
    case 4:
      return { offset: chance.below(Math.min(end, 2 * ledger.peakPages * PAGE_SIZE + 1)) };
    default:
      return { offset: chance.pick([-1, 1]) * chance.magnitude(1, Number.MAX_SAFE_INTEGER) };
  }

  function placeAt({ handle, npages, elemsize, limit }: SpanNote): Place {
    const bytes = npages * PAGE_SIZE;
    const bounds = [0, 0, bytes, bytes, limit, elemsize, chance.below(npages) * PAGE_SIZE];
    if (chance.happens(1 / 4)) return { handle, offset: chance.below(bytes) };
    return { handle, offset: chance.pick(bounds) + chance.between(-1, 1) };
  }
}

/** Draws a finalizer for an object of a live span, at times for one that has one; null where there is no object. */
export function addFinalizer(run: Run): Command | null {
  const note = drawSpanWithObjects(run);
  if (note === null) return null;
  const { chance } = run;
  const again = note.finalizers.length > 0 && chance.happens(1 / 4);
  const offset = again ? chance.pick(note.finalizers) : drawOffset(run, note);
  if (!again && note.finalizers.length < MAX_RECORDS) note.finalizers = [...note.finalizers, offset];
  return { op: 'addFinalizer', p: drawCache(run), at: { handle: note.handle, offset }, id: drawId(run) };
}

/** Draws the removal of a finalizer, which mostly exists; null where there is no object. */
export function removeFinalizer(run: Run): Command | null {
  const note = drawSpanWithObjects(run);
  if (note === null) return null;
  const { chance } = run;
  const exists = note.finalizers.length > 0 && chance.happens(7 / 8);
  const offset = exists ? chance.pick(note.finalizers) : drawOffset(run, note);
  return { op: 'removeFinalizer', p: drawCache(run), at: { handle: note.handle, offset } };
}

/** Draws a profile record for an object of a live span that has none; null where there is no such object. */
export function setProfile(run: Run): Command | null {
  const note = drawSpanWithObjects(run);
  if (note === null || note.profiles.length >= MAX_RECORDS) return null;
  const offset = drawUnprofiledOffset(run, note);
  if (offset === null) return null;
  run.ledger.profile(note, offset);
  return { op: 'setProfile', p: drawCache(run), at: { handle: note.handle, offset }, id: drawId(run) };
}

function drawUnprofiledOffset(run: Run, note: SpanNote): number | null {
  for (let attempt = 0; attempt < 4; attempt++) {
    const offset = drawOffset(run, note);
    if (!run.ledger.mayBeProfiled(note, offset)) return offset;
  }
  return null;
}

function drawSpanWithObjects({ chance, ledger }: Run): SpanNote | null {
  const { live } = ledger;
  if (live.length === 0) return null;
  for (let attempt = 0; attempt < 4; attempt++) {
    const note = chance.pick(live);
    if (note.limit > 0) return note;
  }
  return null;
}

/** An offset, in bytes, inside of an object of a span: mostly of one of its first objects, and mostly their start. */
function drawOffset({ chance }: Run, { elemsize, limit }: SpanNote): number {
  if (chance.happens(1 / 16)) return chance.below(limit);
  const object = elemsize * chance.below(Math.min(limit / elemsize, POPULAR_OBJECTS));
  return chance.happens(3 / 4) ? object : object + chance.below(Math.min(elemsize, 16));
}

function drawCache({ chance, config }: Run): number {
  return config.procs === 1 ? 0 : chance.below(config.procs);
}

function drawId({ chance }: Run): number {
  return chance.happens(1 / 16) ? chance.magnitude(1, Number.MAX_SAFE_INTEGER) : chance.below(16);
}
