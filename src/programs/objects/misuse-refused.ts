import { MAX_REQUEST_BYTES, PAGE_SIZE } from '../../spec/index.js';
import { NO_COUNTS, WORDS } from '../misuse-refused.js';
import type { RefusedMisuse } from '../misuses.js';
import type { Argument, Command, Expectation, Place } from '../program.js';
import type { Busy } from './mutator-moves.js';
import { CLASS_TO_COUNT, pagesOf } from './object-ledger.js';
import type { ObjectRun } from './object-run.js';

const OUT_OF_RANGE: readonly Expectation[] = [{ kind: 'RangeError' }];
const WRONG_TYPE: readonly Expectation[] = [{ kind: 'TypeError' }];
const OUT_OF_RANGE_OR_NOT: readonly Expectation[] = [{ kind: 'result' }, { kind: 'RangeError' }];

const NO_SIZES = [0, ...NO_COUNTS, MAX_REQUEST_BYTES + 1, Number.MAX_SAFE_INTEGER];

/** Kinds of misuse with objects, caches and cycles that end in a RangeError or a TypeError. */
export const REFUSED_OBJECT_MISUSES: readonly RefusedMisuse<ObjectRun>[] = [
  {
    name: 'size out of range',
    draw: (run) => malloc(run, { size: run.chance.pick(NO_SIZES) }, OUT_OF_RANGE),
  },
  {
    name: 'size that is no number',
    draw: (run) => malloc(run, { size: run.chance.pick(WORDS) }, WRONG_TYPE),
  },
  {
    name: 'scan out of range',
    draw: (run) => malloc(run, { scan: run.chance.pick(NO_COUNTS) }, OUT_OF_RANGE),
  },
  { name: 'scan of more than there is', draw: scanTooMuch },
  {
    name: 'scan that is no number',
    draw: (run) => malloc(run, { scan: run.chance.pick(WORDS) }, WRONG_TYPE),
  },
  { name: 'object from no cache', draw: (run) => malloc(run, { p: noCache(run) }, OUT_OF_RANGE) },
  {
    name: 'object from a cache that is no number',
    draw: (run) => malloc(run, { p: run.chance.pick(WORDS) }, WRONG_TYPE),
  },
  { name: 'no cache', draw: (run) => ofCache(run, noCache(run), OUT_OF_RANGE) },
  { name: 'cache that is no number', draw: (run) => ofCache(run, run.chance.pick(WORDS), WRONG_TYPE) },
  { name: 'removed cache', draw: removedCache },
  { name: 'removal of the last cache', draw: lastCache },
  {
    name: 'cycle begun while marking',
    marking: true,
    draw: ({ objects }) => (objects.marking ? { op: 'gcStart', expect: OUT_OF_RANGE } : null),
  },
  {
    name: 'cycle ended while not marking',
    draw: ({ chance, objects }) =>
      objects.marking ? null : { op: 'gcEnd', heapDistance: chance.below(2 ** 20), expect: OUT_OF_RANGE },
  },
  { name: 'mark while not marking', draw: markTooSoon },
  {
    name: 'distance out of range',
    draw: ({ chance }) => ({ op: 'gcEnd', heapDistance: chance.pick(NO_COUNTS), expect: OUT_OF_RANGE }),
  },
  {
    name: 'distance that is no number',
    draw: ({ chance }) => ({ op: 'gcEnd', heapDistance: chance.pick(WORDS), expect: WRONG_TYPE }),
  },
  { name: 'mark outside of the arena', marking: true, draw: markOutside },
  {
    name: 'mark of what is no number',
    draw: ({ chance }) => markAt({ offset: chance.pick(WORDS) }, WRONG_TYPE),
  },
  { name: 'mark of a stack', marking: true, draw: markOfStack },
  { name: 'mark past the limit', marking: true, draw: markPastLimit },
  { name: 'mark of what may be free', marking: true, draw: markOfNeighbour },
  { name: 'free inside of an object', draw: freeInside },
];

interface Wrong {
  readonly size?: Argument;
  readonly scan?: Argument;
  readonly p?: Argument;
}

/** What is refused to a command that runs inside of others, on caches of which some are in their midst. */
export function misuseInside({ chance }: ObjectRun, busy: Busy): Command {
  const expect = OUT_OF_RANGE;
  if (busy.length === 0 || chance.happens(1 / 4)) {
    return chance.happens(1 / 2) ? { op: 'gcStart', expect } : { op: 'gcEnd', heapDistance: 0, expect };
  }
  const op = chance.pick(['flush', 'removeProc', 'sweepone'] as const);
  return { op, p: chance.pick(busy), expect };
}

/** The allocation of an object; what is not wrong in it is right. */
function malloc(
  { chance, ledger, objects }: ObjectRun,
  wrong: Wrong,
  expect: readonly Expectation[],
): Command {
  const handle = ledger.nextHandle();
  const p = chance.pick(objects.caches);
  return { op: 'malloc', handle, size: 64, p, scan: 0, needzero: chance.happens(1 / 2), ...wrong, expect };
}

function scanTooMuch(run: ObjectRun): Command {
  const size = run.chance.magnitude(1, 65536);
  return malloc(run, { size, scan: size + run.chance.magnitude(1, 64) }, OUT_OF_RANGE);
}

function noCache({ chance, objects }: ObjectRun): number {
  return chance.pick([objects.unknownCache, objects.unknownCache + 1, ...NO_COUNTS]);
}

function ofCache({ chance }: ObjectRun, p: Argument, expect: readonly Expectation[]): Command {
  return { op: chance.pick(['flush', 'removeProc', 'sweepone'] as const), p, expect };
}

function removedCache(run: ObjectRun): Command | null {
  const { chance, objects } = run;
  if (objects.removed.length === 0) return null;
  const p = chance.pick(objects.removed);
  return chance.happens(1 / 2) ? malloc(run, { p }, OUT_OF_RANGE) : ofCache(run, p, OUT_OF_RANGE);
}

function lastCache({ objects }: ObjectRun): Command | null {
  const [p, ...others] = objects.caches;
  return others.length > 0 ? null : { op: 'removeProc', p, expect: OUT_OF_RANGE };
}

function markAt(at: Place, expect: readonly Expectation[]): Command {
  return { op: 'mark', at, expect };
}

function markTooSoon({ chance, objects }: ObjectRun): Command | null {
  if (objects.marking || objects.live.length === 0) return null;
  return markAt({ handle: chance.pick(objects.live).handle, offset: 0 }, OUT_OF_RANGE);
}

function markOutside({ chance, config }: ObjectRun): Command {
  const end = config.arenaPages * PAGE_SIZE;
  return markAt(
    { offset: chance.pick([-PAGE_SIZE, -1, end, end + 1, 0.5, NaN, Infinity, 2 ** 53]) },
    OUT_OF_RANGE,
  );
}

function markOfStack({ chance, ledger }: ObjectRun): Command | null {
  const live = ledger.live.filter(({ fits }) => fits);
  if (live.length === 0) return null;
  const { handle, npages } = chance.pick(live);
  return markAt({ handle, offset: chance.below(npages * PAGE_SIZE) }, OUT_OF_RANGE);
}

/** A large object that does not fill its last page ends at its span's limit. */
function markPastLimit({ chance, objects }: ObjectRun): Command | null {
  const short = objects.live.filter(({ sizeclass, size }) => sizeclass === 0 && size % PAGE_SIZE > 0);
  if (short.length === 0) return null;
  const { handle, size } = chance.pick(short);
  return markAt({ handle, offset: chance.pick([size, pagesOf(size) * PAGE_SIZE - 1]) }, OUT_OF_RANGE);
}

/** The slot beside an object may hold another one, or none, and the last slot of a span has none beside it. */
function markOfNeighbour({ chance, objects }: ObjectRun): Command | null {
  const small = objects.live.filter(({ sizeclass }) => sizeclass > 0);
  if (small.length === 0) return null;
  const { handle, bytes, sizeclass } = chance.pick(small);
  const slots = chance.pick([
    -1,
    1,
    2,
    8,
    CLASS_TO_COUNT[sizeclass],
    chance.between(1, CLASS_TO_COUNT[sizeclass]),
  ]);
  return markAt({ handle, offset: bytes * slots }, OUT_OF_RANGE_OR_NOT);
}

/** No span begins inside of an object. */
function freeInside({ chance, objects }: ObjectRun): Command | null {
  const wide = objects.live.filter(({ size }) => size > 1);
  if (wide.length === 0) return null;
  const { handle, size } = chance.pick(wide);
  const span = { handle, offset: chance.between(1, Math.min(size, PAGE_SIZE) - 1) };
  if (chance.happens(1 / 2)) return { op: 'freeStack', span, expect: OUT_OF_RANGE };
  return { op: 'free', span, dirty: false, expect: OUT_OF_RANGE };
}
