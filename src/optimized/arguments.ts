/**
 * Checks a number among the arguments of an operation.
 *
 * @throws TypeError where it is no number.
 * @throws RangeError where it is no integer from `least` to `most`.
 */
export function checkInteger(name: string, value: unknown, least: number, most: number): void {
  if (typeof value !== 'number') throw new TypeError(`${name} must be a number, not ${nameOfType(value)}`);
  if (!Number.isSafeInteger(value) || value < least || value > most) {
    throw new RangeError(`${name} must be an integer from ${least} to ${most}, not ${value}`);
  }
}

/**
 * Checks a truth value among the arguments of an operation.
 *
 * @throws TypeError where it is none.
 */
export function checkBoolean(name: string, value: unknown): void {
  if (typeof value !== 'boolean') {
    throw new TypeError(`${name} must be true or false, not ${nameOfType(value)}`);
  }
}

function nameOfType(value: unknown): string {
  return value === null ? 'null' : typeof value;
}
