import { STATISTIC_NAMES, type SpanState, type State, type Statistics } from '../spec/index.js';

/** One thing that differs, under a path that a person can follow, e.g. `spans[@81920].npreleased` or `free[5]`. */
export interface Difference {
  readonly path: string;
  /** Undefined where there should be nothing. */
  readonly expected: unknown;
  /** Undefined where there is nothing. */
  readonly actual: unknown;
}

/**
 * All that differs between two states. Spans are matched by their base, list entries by their key; a list that
 * differs is given whole.
 */
export function diffStates(expected: State, actual: State): Difference[] {
  const differences: Difference[] = [];
  diffSpans(expected.spans, actual.spans, differences);
  diffInto('', { ...expected, spans: null }, { ...actual, spans: null }, differences);
  return differences;
}

/** All statistics that differ. */
export function diffStatistics(expected: Statistics, actual: Statistics): Difference[] {
  return STATISTIC_NAMES.filter((name) => expected[name] !== actual[name]).map((name) => ({
    path: name,
    expected: expected[name],
    actual: actual[name],
  }));
}

/**
 * All that differs between two values of plain data: objects are compared by key, and so are arrays of objects;
 * other arrays are compared, and given, whole.
 *
 * @param path - Where the values stand: the paths of all differences begin with it.
 */
export function diffValues(path: string, expected: unknown, actual: unknown): Difference[] {
  const differences: Difference[] = [];
  diffInto(path, expected, actual, differences);
  return differences;
}

/** Whether two values of plain data are the same, key by key and item by item. */
export function sameData(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (!isObject(a) || !isObject(b) || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return sameItems(a, b);
  for (const key in a) if (!(key in b) || !sameData(a[key], b[key])) return false;
  for (const key in b) if (!(key in a)) return false;
  return true;
}

function sameItems(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    if (!sameData(a[i], b[i])) return false;
  }
  return true;
}

function diffInto(path: string, expected: unknown, actual: unknown, into: Difference[]): void {
  if (sameData(expected, actual)) return;
  if (!hasKeys(expected) || !hasKeys(actual)) {
    into.push({ path, expected, actual });
    return;
  }
  for (const key of Object.keys(expected)) diffInto(join(path, key), expected[key], actual[key], into);
  for (const key of Object.keys(actual)) {
    if (!Object.hasOwn(expected, key)) diffInto(join(path, key), undefined, actual[key], into);
  }
}

/** Goes through two lists in address order at once, as one merges them. */
function diffSpans(expected: readonly SpanState[], actual: readonly SpanState[], into: Difference[]): void {
  let e = 0;
  let a = 0;
  while (e < expected.length || a < actual.length) {
    const wanted = expected.at(e);
    const found = actual.at(a);
    if (wanted !== undefined && wanted.base === found?.base) {
      if (!sameData(wanted, found)) diffInto(spanPath(wanted), wanted, found, into);
      e++;
      a++;
    } else if (wanted !== undefined && (found === undefined || wanted.base < found.base)) {
      into.push({ path: spanPath(wanted), expected: wanted, actual: undefined });
      e++;
    } else if (found !== undefined) {
      into.push({ path: spanPath(found), expected: undefined, actual: found });
      a++;
    }
  }
}

function spanPath(span: SpanState): string {
  return `spans[@${span.base}]`;
}

type PlainObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is PlainObject {
  return typeof value === 'object' && value !== null;
}

/** Whether a value is compared key by key: any object, but of arrays only those that hold objects (or null for one). */
function hasKeys(value: unknown): value is PlainObject {
  if (!isObject(value)) return false;
  return (
    !Array.isArray(value) || value.some((item) => item === null || (isObject(item) && !Array.isArray(item)))
  );
}

function join(path: string, key: string): string {
  if (/^\d+$/.test(key)) return `${path}[${key}]`;
  return path === '' ? key : `${path}.${key}`;
}
