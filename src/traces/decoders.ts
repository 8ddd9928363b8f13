import type { Decoder, JsonReader } from './json-reader.js';

/** Most elements that an array of a trace may have: more than the spans of the largest heap that one line can show. */
export const MAX_ELEMENTS = 2 ** 22;

type Fields = Readonly<Record<string, Decoder<unknown>>>;
type Values<F extends Fields> = { [K in keyof F]: ReturnType<F[K]> };

/** Keys that an object may have, each with the decoder of its value. */
interface Shape {
  readonly names: readonly string[];
  readonly decoders: readonly Decoder<unknown>[];
  readonly indexes: ReadonlyMap<string, number>;
  /** Bit i stands for the key number i. */
  readonly required: number;
}

/** An integer from `least` to `most`. */
export function integer(least: number, most: number): Decoder<number> {
  return (json) => json.integer(least, most);
}

/** A multiple of `unit` from 0 to `most`. */
export function multiple(unit: number, most: number): Decoder<number> {
  return (json) => {
    json.peek();
    const at = json.position;
    const value = json.integer(0, most);
    return value % unit === 0 ? value : json.fail(`a multiple of ${unit} from 0 to ${most}`, at);
  };
}

/** Any number of at least `least`. */
export function number(least: number): Decoder<number> {
  return (json) => json.number(least);
}

/** True or false. */
export const boolean: Decoder<boolean> = (json) => json.boolean();

/** Any text. */
export const string: Decoder<string> = (json) => json.string();

/** One of some words. */
export function word<T extends string>(...words: readonly T[]): Decoder<T> {
  const expected = words.map((one) => `"${one}"`).join(' or ');
  return (json) => {
    json.peek();
    const at = json.position;
    const found = json.string(expected);
    return words.find((one) => one === found) ?? json.fail(expected, at);
  };
}

/** Null, or what `decoder` reads. */
export function nullable<T>(decoder: Decoder<T>): Decoder<T | null> {
  return (json) => (json.skip('null') ? null : decoder(json));
}

/** An array of any length up to {@link MAX_ELEMENTS}. */
export function array<T>(element: Decoder<T>): Decoder<T[]> {
  return (json) => {
    const elements: T[] = [];
    json.array((index) => {
      if (index >= MAX_ELEMENTS) json.fail(`at most ${MAX_ELEMENTS} elements`);
      elements.push(element(json));
    });
    return elements;
  };
}

/** An array of exactly these elements. */
export function tuple<const T extends readonly Decoder<unknown>[]>(
  ...decoders: T
): Decoder<{ -readonly [K in keyof T]: ReturnType<T[K]> }> {
  return (json) => {
    const elements: unknown[] = [];
    json.array((index) => {
      const decoder = decoders.at(index) ?? (() => json.fail(`${decoders.length} elements and no more`));
      elements.push(decoder(json));
    });
    if (elements.length < decoders.length) {
      json.failBehind(`${decoders.length} elements`, `${elements.length}`);
    }
    return elements as { -readonly [K in keyof T]: ReturnType<T[K]> };
  };
}

/** An object that has all keys of `required`, may have those of `optional`, and has no others and none twice. */
export function object<R extends Fields>(required: R): Decoder<Values<R>>;
export function object<R extends Fields, O extends Fields>(
  required: R,
  optional: O,
): Decoder<Values<R> & Partial<Values<O>>>;
export function object(required: Fields, optional: Fields = {}): Decoder<object> {
  const read = fields(required, optional);
  return (json) => {
    const rest = read();
    json.object((key, at) => rest.entry(json, key, at));
    return rest.end(json);
  };
}

/** The state of reading an object: its keys may come one by one, from whoever reads the text. */
export interface ObjectInProgress<T> {
  /** Reads the value of `key`, which stands at the position `at`. */
  readonly entry: (json: JsonReader, key: string, at: number) => void;
  /** Checks that no key is missing, and gives the object. */
  readonly end: (json: JsonReader) => T;
}

/** Like {@link object}, for an object whose braces somebody else reads. */
export function fields<R extends Fields, O extends Fields>(
  required: R,
  optional: O,
): () => ObjectInProgress<Values<R> & Partial<Values<O>>> {
  const shape = shapeOf(required, optional);
  return () => {
    const value: Record<string, unknown> = {};
    let seen = 0;
    return {
      entry(json, key, at) {
        const index = shape.indexes.get(key);
        if (index === undefined) return json.failUnder(oneOf(shape.names), at);
        if ((seen & (1 << index)) !== 0) return json.failUnder('each key once', at);
        seen |= 1 << index;
        // Not under `key`, which is a new string each time: the known name spares looking it up.
        value[shape.names[index]] = shape.decoders[index](json);
      },
      end(json) {
        const missing = shape.required & ~seen;
        if (missing !== 0) {
          const name = shape.names[31 - Math.clz32(missing & -missing)];
          json.failBehind(`the key "${name}"`, 'the end of the object');
        }
        return value as Values<R> & Partial<Values<O>>;
      },
    };
  };
}

/** An object whose keys are integers from `least` to `most`, in plain digits, none twice. */
export function byNumber<T>(least: number, most: number, decoder: Decoder<T>): Decoder<Record<number, T>> {
  const expected = `integers from ${least} to ${most} as keys, each once`;
  return (json) => {
    const values: Record<number, T> = {};
    json.object((key, at) => {
      const index = Number(key);
      if (String(index) !== key || !(index >= least && index <= most) || Object.hasOwn(values, index)) {
        json.failUnder(expected, at);
      }
      values[index] = decoder(json);
    });
    return values;
  };
}

function shapeOf(required: Fields, optional: Fields): Shape {
  const names = [...Object.keys(required), ...Object.keys(optional)];
  if (names.length > 31) throw new RangeError('the keys of an object must fit the bits of a number');
  return {
    names,
    decoders: [...Object.values(required), ...Object.values(optional)],
    indexes: new Map(names.map((name, index) => [name, index])),
    required: 2 ** Object.keys(required).length - 1,
  };
}

function oneOf(names: readonly string[]): string {
  if (names.length === 0) return 'an empty object';
  return `${names.length === 1 ? 'the key' : 'one of the keys'} ${names.map((name) => `"${name}"`).join(', ')}`;
}
