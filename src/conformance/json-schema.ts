import { describeValue } from '../programs/index.js';
import { sameData } from '../lockstep/index.js';

/** The part of JSON Schema (draft 2020-12) in which the schemas of the messages are written. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly propertyNames?: Schema;
  readonly additionalProperties?: Schema | false;
  readonly prefixItems?: readonly Schema[];
  readonly items?: Schema | false;
  readonly minItems?: number;
}

type SchemaType = 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean' | 'null';

/** All words that are understood; the annotations among them say nothing about a value. */
export const SCHEMA_WORDS = [
  '$schema',
  '$id',
  '$ref',
  '$defs',
  'title',
  'description',
  'type',
  'const',
  'enum',
  'anyOf',
  'minimum',
  'maximum',
  'pattern',
  'properties',
  'required',
  'propertyNames',
  'additionalProperties',
  'prefixItems',
  'items',
  'minItems',
] as const;

/** Says in a sentence what does not fit a schema first, and where; undefined where all does. */
export function schemaProblem(schema: Schema, value: unknown): string | undefined {
  return new Check(schema.$defs ?? {}).problem(schema, value, '');
}

class Check {
  private readonly definitions: Readonly<Record<string, Schema>>;

  constructor(definitions: Readonly<Record<string, Schema>>) {
    this.definitions = definitions;
  }

  problem(schema: Schema, value: unknown, path: string): string | undefined {
    return (
      this.referred(schema, value, path) ??
      plainProblem(schema, value, path) ??
      this.anyProblem(schema, value, path) ??
      (Array.isArray(value) ? this.itemsProblem(schema, value, path) : undefined) ??
      (isPlain(value) ? this.propertiesProblem(schema, value, path) : undefined)
    );
  }

  private referred({ $ref }: Schema, value: unknown, path: string): string | undefined {
    if ($ref === undefined) return undefined;
    const name = $ref.replace('#/$defs/', '');
    if (!Object.hasOwn(this.definitions, name)) {
      throw new Error(`a schema refers to ${$ref}, which is not there`);
    }
    return this.problem(this.definitions[name], value, path);
  }

  /** Of several schemas none of which fits, the one is quoted that fits furthest. */
  private anyProblem({ anyOf }: Schema, value: unknown, path: string): string | undefined {
    if (anyOf === undefined) return undefined;
    const problems = anyOf.map((one) => this.problem(one, value, path));
    if (problems.includes(undefined)) return undefined;
    return problems.toSorted((a = '', b = '') => depthOf(b) - depthOf(a))[0];
  }

  private itemsProblem(schema: Schema, value: readonly unknown[], path: string): string | undefined {
    const { prefixItems = [], items, minItems = 0 } = schema;
    if (value.length < minItems) return say(path, `at least ${minItems} items`, value);
    for (const [i, item] of value.entries()) {
      const one = i < prefixItems.length ? prefixItems[i] : items;
      if (one === false) return say(path, `${prefixItems.length} items`, value);
      const problem = one && this.problem(one, item, `${path}/${i}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  private propertiesProblem(schema: Schema, value: Plain, path: string): string | undefined {
    const { properties = {}, required = [], propertyNames, additionalProperties } = schema;
    const missing = required.find((name) => !Object.hasOwn(value, name));
    if (missing !== undefined) return say(path, `the key "${missing}"`, value);
    for (const name of Object.keys(value)) {
      const wrongName = propertyNames && this.problem(propertyNames, name, `${path}/${name}`);
      if (wrongName !== undefined) return wrongName;
      const one = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
      if (one === false) return `${path === '' ? 'it' : path} must have no key ${JSON.stringify(name)}`;
      const problem = one && this.problem(one, value[name], `${path}/${name}`);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }
}

type Plain = Readonly<Record<string, unknown>>;

function plainProblem(schema: Schema, value: unknown, path: string): string | undefined {
  const { type, enum: words, minimum, maximum, pattern } = schema;
  if (type !== undefined) {
    const types = typeof type === 'string' ? [type] : type;
    if (!types.some((one) => isOfType(value, one))) return say(path, types.join(' or '), value);
  }
  if ('const' in schema && !sameData(schema.const, value)) {
    return say(path, JSON.stringify(schema.const), value);
  }
  if (words && !words.some((one) => sameData(one, value))) {
    return say(path, words.map((one) => JSON.stringify(one)).join(' or '), value);
  }
  if (typeof value === 'number') {
    if (minimum !== undefined && value < minimum) return say(path, `at least ${minimum}`, value);
    if (maximum !== undefined && value > maximum) return say(path, `at most ${maximum}`, value);
  }
  if (pattern !== undefined && typeof value === 'string' && !new RegExp(pattern, 'u').test(value)) {
    return say(path, `a text like ${pattern}`, value);
  }
  return undefined;
}

function isOfType(value: unknown, type: SchemaType): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isPlain(value);
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'string':
    case 'boolean':
      return typeof value === type;
  }
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function depthOf(problem: string): number {
  return problem.split(' ')[0].split('/').length;
}

function say(path: string, expected: string, value: unknown): string {
  return `${path === '' ? 'it' : path} must be ${expected}, and is ${describeValue(value)}`;
}
