import {
  PAGE_SIZE,
  type HeapConfig,
  type Operation,
  type OperationResult,
  type QueryResult,
} from '../spec/index.js';
import type { SpanNote } from './ledger.js';

/** A live span, and where it lies. */
export interface LiveSpan {
  readonly note: SpanNote;
  /** Byte offset from the start of the arena. */
  readonly base: number;
}

/**
 * Says what is wrong with the result of an operation, as far as that is known of every heap that works: the kind of
 * the result, spans that lie inside of the arena and apart from each other, released memory in whole pages, and
 * queries that know all live spans and nothing else. Null where nothing is.
 *
 * @param live The spans that are live before the operation.
 */
export function implausibility(
  config: HeapConfig,
  live: readonly LiveSpan[],
  operation: Operation,
  result: OperationResult,
): string | null {
  switch (operation.op) {
    case 'alloc':
      return aboutSpan(config, live, operation.npages, result) ?? aboutClearing(operation.needzero, result);
    case 'allocStack':
      return aboutSpan(config, live, operation.npages, result);
    case 'scavenge':
    case 'freeOSMemory':
      return aboutReleased(config, result);
    case 'query':
      return aboutQuery(config, live, operation.addr, result);
    case 'addFinalizer':
      return hasBoolean(result, 'added') ? null : 'it must say whether the finalizer was added';
    default:
      return result === undefined ? null : 'it must give no result';
  }
}

function aboutSpan(
  { arenaPages }: HeapConfig,
  live: readonly LiveSpan[],
  npages: number,
  result: OperationResult,
): string | null {
  if (result === null) return null;
  const base = (result as { readonly base?: unknown } | undefined)?.base;
  if (typeof base !== 'number') return 'it must give a span or null';
  if (base % PAGE_SIZE !== 0) return `the span's base ${base} must be a multiple of ${PAGE_SIZE}`;
  const end = base + npages * PAGE_SIZE;
  if (!(base >= 0 && end <= arenaPages * PAGE_SIZE)) {
    return `the span from ${base} to ${end} must lie in the arena`;
  }
  const other = live.find((span) => base < endOf(span) && span.base < end);
  if (other === undefined) return null;
  return `the span from ${base} to ${end} must not overlap s${other.note.handle}, from ${other.base} to ${endOf(other)}`;
}

function aboutClearing(needzero: boolean, result: OperationResult): string | null {
  if (result === null) return null;
  if (!hasBoolean(result, 'zeroed')) return 'it must say whether the span was cleared';
  return result.zeroed && !needzero ? 'it must not clear a span unasked' : null;
}

function aboutReleased({ arenaPages, physPageSize }: HeapConfig, result: OperationResult): string | null {
  if (typeof result !== 'number') return 'it must give the bytes that were released';
  const unit = Math.max(PAGE_SIZE, physPageSize);
  if (result % unit !== 0) return `it must release a multiple of ${unit} bytes, not ${result}`;
  const fits = result >= 0 && result <= arenaPages * PAGE_SIZE;
  return fits ? null : `it must release part of the arena, not ${result} bytes`;
}

function aboutQuery(
  config: HeapConfig,
  live: readonly LiveSpan[],
  addr: number | undefined,
  result: OperationResult,
): string | null {
  const answers = expectedAnswers(config, live, addr);
  return sameResult(answers, result)
    ? null
    : `it must give ${JSON.stringify(answers)}, not ${JSON.stringify(result)}`;
}

/** All answers to an address, which live spans alone decide (`mheap.go:295` to `399`, `817`). */
function expectedAnswers(
  { arenaStart }: HeapConfig,
  live: readonly LiveSpan[],
  addr: number | undefined,
): QueryResult {
  const offset = addr ?? -arenaStart;
  const span = live.find((candidate) => candidate.base <= offset && offset < endOf(candidate));
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
