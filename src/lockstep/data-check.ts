import { describeValue } from '../programs/index.js';

/** What is wrong with a value that somebody else's code gave. */
export interface DataProblem {
  /** Where in the value, such as `.spans[3].base`; empty for the value itself. */
  readonly path: string;
  /** What must stand there, in words. */
  readonly expected: string;
  /** What stands there, in words: it may be anything, a value without end among them. */
  readonly found: string;
}

/** Says what is wrong with a value first; undefined where nothing is. */
export type DataCheck = (value: unknown) => DataProblem | undefined;

export function problem(expected: string, value: unknown, path = ''): DataProblem {
  return { path, expected, found: describeValue(value) };
}

export const anInteger: DataCheck = (value) =>
  Number.isSafeInteger(value) ? undefined : problem('an integer of at most 2^53 - 1', value);

export const aNumber: DataCheck = (value) =>
  Number.isFinite(value) ? undefined : problem('a finite number', value);

export const aBoolean: DataCheck = (value) =>
  typeof value === 'boolean' ? undefined : problem('true or false', value);

export const aText: DataCheck = (value) => (typeof value === 'string' ? undefined : problem('a text', value));

export const nothing: DataCheck = (value) => (value === undefined ? undefined : problem('nothing', value));

/** Null, or what `check` wants. */
export function nullOr(check: DataCheck): DataCheck {
  return (value) => {
    const wrong = value === null ? undefined : check(value);
    return wrong && (wrong.path === '' ? { ...wrong, expected: `null or ${wrong.expected}` } : wrong);
  };
}

/** An array without holes; of `length` items if that is given. */
export function arrayOf(check: DataCheck, length?: number): DataCheck {
  const expected = length === undefined ? 'an array' : `an array of ${length} items`;
  return (value) => {
    if (!Array.isArray(value)) return problem(expected, value);
    if (length !== undefined && value.length !== length) {
      return { ...problem(expected, value), found: `one of ${value.length}` };
    }
    for (let i = 0; i < value.length; i++) {
      const wrong = check(value[i]);
      if (wrong) return within(`[${i}]`, wrong);
    }
    return undefined;
  };
}

/** An object with these keys, and perhaps others. */
export function withKeys(keys: Readonly<Record<string, DataCheck>>): DataCheck {
  const checks = Object.entries(keys);
  return (value) => {
    if (!isRecord(value)) return problem('an object', value);
    for (const [key, check] of checks) {
      const wrong = check(value[key]);
      if (wrong) return within(`.${key}`, wrong);
    }
    return undefined;
  };
}

/** Left out, or what `check` wants. */
export function optional(check: DataCheck): DataCheck {
  return (value) => (value === undefined ? undefined : check(value));
}

/** An object whose keys are numbers in plain digits. */
export function byNumber(check: DataCheck): DataCheck {
  return (value) => {
    if (!isRecord(value)) return problem('an object', value);
    for (const key in value) {
      if (!/^(?:0|[1-9]\d*)$/.test(key)) return problem('numbers as keys', key);
      const wrong = check(value[key]);
      if (wrong) return within(`[${key}]`, wrong);
    }
    return undefined;
  };
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function within(step: string, wrong: DataProblem): DataProblem {
  return { ...wrong, path: step + wrong.path };
}
