import type { Command, Handle, Place } from './program.js';

/** The name of a command. */
export type CommandName = Command['op'];

/**
 * One operand of a command: where it stands, how it is written, and what is simplest for it. A field without a
 * word is written by its position, before all others; one with a word is written behind that word, or is the word.
 */
export type Field<Key extends string = string> =
  NumberField<Key> | TimeField<Key> | PlaceField<Key> | FlagField<Key> | ChoiceField<Key>;

/** An {@link Argument} that counts or numbers something. */
export interface NumberField<Key extends string = string> {
  readonly kind: 'number';
  readonly key: Key;
  readonly word?: string;
  readonly simplest: number;
  /** Whether it is left out of the text where it is the simplest. */
  readonly optional?: true;
}

/** An {@link Argument} in nanoseconds, written with a unit; the simplest is 0. */
export interface TimeField<Key extends string = string> {
  readonly kind: 'time';
  readonly key: Key;
}

/** A {@link Place}; the simplest has the offset 0. */
export interface PlaceField<Key extends string = string> {
  readonly kind: 'place';
  readonly key: Key;
  /** Whether it may be null, which is written `nil`. */
  readonly nil?: true;
}

/** A boolean, true where its word is there; the simplest is false. */
export interface FlagField<Key extends string = string> {
  readonly kind: 'flag';
  readonly key: Key;
  readonly word: string;
}

/** A boolean that may be absent, with a word for each of its values; the simplest is absent. */
export interface ChoiceField<Key extends string = string> {
  readonly kind: 'choice';
  readonly key: Key;
  readonly yes: string;
  readonly no: string;
}

type OperandOf<C> = Exclude<keyof C & string, 'op' | 'handle' | 'expect' | 'claim'>;
type FieldTable = {
  readonly [Name in CommandName]: readonly Field<OperandOf<Extract<Command, { op: Name }>>>[];
};

const NPAGES = { kind: 'number', key: 'npages', simplest: 1 } as const;
const CACHE = { kind: 'number', key: 'p', word: 'cache', simplest: 0, optional: true } as const;
const ID = { kind: 'number', key: 'id', word: 'id', simplest: 0 } as const;
const AT = { kind: 'place', key: 'at' } as const;
const SPAN = { kind: 'place', key: 'span' } as const;

/**
 * The operands of every command, in the order in which they are written. The text form, the check whether a value
 * is a program, and the shrinker all read this table: a new command is a row here and a case in `Bindings`.
 */
export const COMMAND_FIELDS: FieldTable = {
  alloc: [
    NPAGES,
    { kind: 'number', key: 'sizeclass', word: 'class', simplest: 0, optional: true },
    { kind: 'flag', key: 'large', word: 'large' },
    { kind: 'flag', key: 'needzero', word: 'needzero' },
  ],
  allocStack: [NPAGES],
  free: [
    SPAN,
    { kind: 'choice', key: 'acct', yes: 'acct', no: 'noacct' },
    { kind: 'flag', key: 'dirty', word: 'dirty' },
  ],
  freeStack: [SPAN],
  tick: [{ kind: 'time', key: 'ns' }],
  scavenge: [{ kind: 'time', key: 'limit' }],
  freeOSMemory: [],
  query: [{ kind: 'place', key: 'at', nil: true }],
  addFinalizer: [AT, ID, CACHE],
  removeFinalizer: [AT, CACHE],
  setProfile: [AT, ID, CACHE],
  malloc: [
    { kind: 'number', key: 'size', simplest: 1 },
    { kind: 'number', key: 'scan', word: 'scan', simplest: 0, optional: true },
    { kind: 'flag', key: 'needzero', word: 'needzero' },
    CACHE,
  ],
  flush: [CACHE],
  addProc: [],
  removeProc: [CACHE],
  gcStart: [],
  mark: [AT],
  gcEnd: [{ kind: 'number', key: 'heapDistance', word: 'distance', simplest: 0, optional: true }],
  sweepone: [CACHE],
};

/** The names of all commands. */
export const COMMAND_NAMES = Object.keys(COMMAND_FIELDS) as readonly CommandName[];

/** The names of the commands that make a span or an object and give it a handle. */
export const MAKERS: ReadonlySet<string> = new Set<CommandName>(['alloc', 'allocStack', 'malloc']);

/** The names of the commands that end the life of the span that they name. */
export const ENDERS: ReadonlySet<string> = new Set<CommandName>(['free', 'freeStack']);

/** What a command has in a field; undefined where the field is absent. */
export function fieldValue(command: Command, field: Field): unknown {
  return (command as unknown as Readonly<Record<string, unknown>>)[field.key];
}

/** The command with another value in one field; undefined takes the field away. */
export function withField(command: Command, field: Field, value: unknown): Command {
  if (value !== undefined) return { ...command, [field.key]: value };
  return Object.fromEntries(
    Object.entries(command).filter(([key]) => key !== field.key),
  ) as unknown as Command;
}

/** The handle that a command makes, if it makes one. */
export function madeHandle(command: Command): Handle | undefined {
  return 'handle' in command ? command.handle : undefined;
}

/** The handles of a program that name objects; all others name spans. */
export function objectHandles(commands: readonly Command[]): ReadonlySet<Handle> {
  const objects = new Set<Handle>();
  for (const command of commands) if (command.op === 'malloc') objects.add(command.handle);
  return objects;
}

/** The handle that a command uses, if it uses one. */
export function usedHandle(command: Command): Handle | undefined {
  return placeOf(command)?.handle;
}

/** A command with another handle in place of the one that it makes or uses, if any. */
export function renamed(command: Command, handle: Handle): Command {
  if (madeHandle(command) !== undefined) return { ...command, handle } as Command;
  if (usedHandle(command) === undefined) return command;
  return { ...command, ['span' in command ? 'span' : 'at']: { ...placeOf(command), handle } };
}

function placeOf(command: Command): Place | null {
  return 'span' in command ? command.span : 'at' in command ? command.at : null;
}
