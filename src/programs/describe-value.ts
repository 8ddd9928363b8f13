/** Longer texts are cut. */
const MOST_CHARACTERS = 40;

/** Any value in a few words for a message, such as `the text "5"`, `NaN` or `an array`. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const shown = value.length > MOST_CHARACTERS ? `${value.slice(0, MOST_CHARACTERS)}…` : value;
      return `the text ${JSON.stringify(shown)}`;
    }
    case 'undefined':
      return 'nothing';
    case 'bigint':
      return `the bigint ${value}`;
    case 'symbol':
      return 'a symbol';
    case 'function':
      return 'a function';
    case 'object':
      return describeObject(value);
    default:
      return Object.is(value, -0) ? '-0' : String(value);
  }
}

function describeObject(value: object | null): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return 'then' in value ? 'a promise' : 'an object';
}
