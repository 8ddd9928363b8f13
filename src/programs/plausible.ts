import {
  PAGE_SIZE,
  type HeapConfig,
  type Operation,
  type OperationResult,
  type QueryResult,
} from '../spec/index.js';
import type { SpanNote } from './ledger.js';
import { aboutObject, type Extent, type LiveObject } from './plausible-objects.js';

/** A live span, and where it lies. */
export interface LiveSpan {
  readonly note: SpanNote;
  /** Byte offset from the start of the arena. */
  readonly base: number;
}

/** What is known of a heap before an operation. */
export interface Known {
  readonly config: HeapConfig;
  readonly spans: readonly LiveSpan[];
  readonly objects: readonly LiveObject[];
  /** Whether there was ever an object: then dead ones may still be found by their addresses. */
  readonly hadObjects: boolean;
  readonly marking: boolean;
  /** The numbers of all caches. */
  readonly caches: readonly number[];
}

/**
 * Says what is wrong with the result of an operation, as far as that is known of every heap that works: the kind of
 * the result, spans and objects that lie inside of the arena and apart from each other, released memory in whole pages,
 * and queries that know all that lives and, where there were no objects, nothing else. Null where nothing is.
 */
export function implausibility(known: Known, operation: Operation, result: OperationResult): string | null {
  const { config } = known;
  switch (operation.op) {
    case 'alloc':
      return aboutSpan(known, operation.npages, result) ?? aboutClearing(operation.needzero, result);
    case 'allocStack':
      return aboutSpan(known, operation.npages, result);
    case 'malloc':
      return aboutObject(config, taken(known), operation, result);
    case 'scavenge':
    case 'freeOSMemory':
      return aboutReleased(config, result);
    case 'query':
      return aboutQuery(known, operation.addr, result);
    case 'addFinalizer':
      return aboutFinalizer(known, result);
    case 'addProc':
      return isCount(result) && !known.caches.includes(result)
        ? null
        : 'it must give the number of a new cache';
    case 'sweepone':
      return result === -1 || (isCount(result) && result <= config.arenaPages)
        ? null
        : 'it must give the pages that it freed, or -1';
    default:
      return result === undefined ? null : 'it must give no result';
  }
}

/** All that is taken: spans, and the parts of objects that were asked for. */
function* taken({ spans, objects }: Known): Generator<Extent, void, undefined> {
  for (const span of spans) yield { start: span.base, end: endOf(span), name: `s${span.note.handle}` };
  for (const { addr, size, handle } of objects) yield { start: addr, end: addr + size, name: `o${handle}` };
}

function aboutSpan(known: Known, npages: number, result: OperationResult): string | null {
  const { arenaPages } = known.config;
  if (result === null) return null;
  const base = (result as { readonly base?: unknown } | undefined)?.base;
  if (typeof base !== 'number') return 'it must give a span or null';
  if (base % PAGE_SIZE !== 0) return `the span's base ${base} must be a multiple of ${PAGE_SIZE}`;
  const end = base + npages * PAGE_SIZE;
  if (!(base >= 0 && end <= arenaPages * PAGE_SIZE)) {
    return `the span from ${base} to ${end} must lie in the arena`;
  }
  for (const other of taken(known)) {
    if (base < other.end && other.start < end) {
      return `the span from ${base} to ${end} must not overlap ${other.name}, from ${other.start} to ${other.end}`;
    }
  }
  return null;
}

function aboutClearing(needzero: boolean, result: OperationResult): string | null {
  if (result === null) return null;
  if (!hasBoolean(result, 'zeroed')) return 'it must say whether the span was cleared';
  return result.zeroed && !needzero ? 'it must not clear a span unasked' : null;
}

function aboutFinalizer({ marking }: Known, result: OperationResult): string | null {
  if (!hasBoolean(result, 'added')) return 'it must say whether the finalizer was added';
  const { scanned } = result;
  if (!(marking && result.added)) return scanned === undefined ? null : 'it must scan no object';
  return Number.isSafeInteger(scanned) ? null : 'it must say which object it scanned';
}

function aboutReleased({ arenaPages, physPageSize }: HeapConfig, result: OperationResult): string | null {
  if (typeof result !== 'number') return 'it must give the bytes that were released';
  const unit = Math.max(PAGE_SIZE, physPageSize);
  if (result % unit !== 0) return `it must release a multiple of ${unit} bytes, not ${result}`;
  const fits = result >= 0 && result <= arenaPages * PAGE_SIZE;
  return fits ? null : `it must release part of the arena, not ${result} bytes`;
}

function aboutQuery(known: Known, addr: number | undefined, result: OperationResult): string | null {
  const { config, objects, hadObjects, spans } = known;
  const offset = addr ?? -config.arenaStart;
  const object = objects.find(({ slot: [base], limit }) => base <= offset && offset < limit);
  if (object !== undefined) return aboutQueriedObject(config, object, offset, result);
  const span = spans.find((candidate) => candidate.base <= offset && offset < endOf(candidate));
  if (hadObjects && span === undefined) {
    return hasBoolean(result, 'inheap') ? null : 'it must say whether the address is in the heap';
  }
  const answers = expectedAnswers(config, span, offset);
  return sameResult(answers, result)
    ? null
    : `it must give ${JSON.stringify(answers)}, not ${JSON.stringify(result)}`;
}

/** Answers to an address in a live object: where its span begins, only the heap knows. */
function aboutQueriedObject(
  { arenaStart }: HeapConfig,
  { slot }: LiveObject,
  offset: number,
  result: OperationResult,
): string | null {
  const span = (result as Partial<QueryResult> | null | undefined)?.lookupMaybe;
  if (typeof span !== 'number' || span % PAGE_SIZE !== 0 || span < 0 || span > offset) {
    return `it must find the span of the object at ${slot[0]}`;
  }
  const nil = offset === -arenaStart;
  const found = { inheap: !nil, inHeapOrStack: !nil, lookupMaybe: span, mlookup: slot };
  const answers = nil ? found : { ...found, spanOf: span };
  return sameResult(answers, result)
    ? null
    : `it must give ${JSON.stringify(answers)}, not ${JSON.stringify(result)}`;
}

/** All answers to an address outside of objects, which live spans alone decide (`mheap.go:295` to `399`, `817`). */
function expectedAnswers(
  { arenaStart }: HeapConfig,
  span: LiveSpan | undefined,
  offset: number,
): QueryResult {
  const object = span !== undefined && offset - span.base < span.note.limit;
  const nil = offset === -arenaStart;
  const known = span !== undefined && (object || span.note.stack) && !nil;
  return {
    inheap: object && !nil,
    inHeapOrStack: known,
    lookupMaybe: object ? span.base : null,
    mlookup: object ? objectAt(span, offset) : null,
    ...(known ? { spanOf: span.base } : {}),
  };
}

function objectAt(
  { base, note: { elemsize } }: LiveSpan,
  offset: number,
): readonly [base: number, size: number] {
  return [offset - ((offset - base) % elemsize), elemsize];
}

function endOf({ base, note }: LiveSpan): number {
  return base + note.npages * PAGE_SIZE;
}

function isCount(result: OperationResult): result is number {
  return Number.isSafeInteger(result) && (result as number) >= 0;
}

function hasBoolean<Key extends string>(result: unknown, key: Key): result is Record<Key, boolean> {
  return (
    typeof result === 'object' &&
    result !== null &&
    typeof (result as Record<string, unknown>)[key] === 'boolean'
  );
}

/** Whether two results are the same: plain data of two levels at most, whose keys may stand in any order. */
export function sameResult(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) {
    return Object.is(one, other);
  }
  const ones = Object.entries(one);
  const others = other as Readonly<Record<string, unknown>>;
  return (
    ones.length === Object.keys(other).length &&
    ones.every(([key, value]) => Object.hasOwn(others, key) && sameResult(value, others[key]))
  );
}
