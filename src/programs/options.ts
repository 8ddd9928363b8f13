import { describeValue } from './describe-value.js';
import { suggest } from './text/suggest.js';

/** What the value of an option must be. */
export interface OptionKind {
  /** In words, as in "must be true or false". */
  readonly expected: string;
  readonly allows: (value: unknown) => boolean;
}

/** The kind of each option of a function; one that is left out or undefined is always allowed. */
export type OptionKinds<Options> = Readonly<Record<keyof Options & string, OptionKind>>;

export const NUMBER: OptionKind = { expected: 'a number', allows: (value) => typeof value === 'number' };
export const BOOLEAN: OptionKind = {
  expected: 'true or false',
  allows: (value) => typeof value === 'boolean',
};
export const TEXT: OptionKind = { expected: 'a text', allows: (value) => typeof value === 'string' };
export const FUNCTION: OptionKind = {
  expected: 'a function',
  allows: (value) => typeof value === 'function',
};
export const OBJECT: OptionKind = {
  expected: 'an object',
  allows: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

/**
 * Checks the names and the kinds of options, so that none is passed over because it is misspelt.
 *
 * @param of - The function whose options they are, for the message.
 * @throws TypeError where one is unknown or of the wrong kind.
 */
export function checkOptions<Options>(of: string, options: unknown, kinds: OptionKinds<Options>): void {
  if (!OBJECT.allows(options)) {
    throw new TypeError(`the options of ${of} must be an object, not ${describeValue(options)}`);
  }
  const known: Readonly<Record<string, OptionKind>> = kinds;
  for (const [name, value] of Object.entries(options as object) as [string, unknown][]) {
    if (!Object.hasOwn(known, name)) throw unknownOption(of, name, Object.keys(known));
    const { expected, allows } = known[name];
    if (value !== undefined && !allows(value)) {
      throw new TypeError(`${of}: ${name} must be ${expected}, not ${describeValue(value)}`);
    }
  }
}

function unknownOption(of: string, name: string, known: readonly string[]): TypeError {
  const nearest = suggest(name, known);
  const hint = nearest === undefined ? '' : ` (did you mean ${nearest}?)`;
  return new TypeError(`${of} has no option ${name}${hint}: it has ${known.join(', ')}`);
}
