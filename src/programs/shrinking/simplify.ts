import { CONFIG_NAMES, DEFAULT_CONFIG, type HeapConfig } from '../../spec/index.js';
import { COMMAND_FIELDS, fieldValue, withField, type Field } from '../command-fields.js';
import { HOST_NAMES } from '../host-script.js';
import { OBLIGING_HOST, type Command, type HostScript, type Place, type Program } from '../program.js';

/** Something in a program that could be simpler. */
export type Part = OperandPart | ConfigPart | HostPart;

/** An operand of the command with this index. */
export interface OperandPart {
  readonly kind: 'operand';
  readonly index: number;
  readonly field: Field;
}

interface ConfigPart {
  readonly kind: 'config';
  readonly name: keyof HeapConfig;
}

interface HostPart {
  readonly kind: 'host';
  readonly name: keyof HostScript;
}

/** All parts that are not the simplest yet, those of one field next to each other, settings last. */
export function complexParts(program: Program): Part[] {
  const byField = new Map<string, OperandPart[]>();
  program.commands.forEach((command, index) => {
    for (const field of COMMAND_FIELDS[command.op] as readonly Field[]) {
      if (isSimplest(fieldValue(command, field), field)) continue;
      const parts = byField.get(field.key);
      const part: OperandPart = { kind: 'operand', index, field };
      if (parts === undefined) byField.set(field.key, [part]);
      else parts.push(part);
    }
  });
  const host = HOST_NAMES.filter((name) => !Object.is(program.host[name], OBLIGING_HOST[name]));
  const config = CONFIG_NAMES.filter((name) => !Object.is(program.config[name], DEFAULT_CONFIG[name]));
  return [
    ...[...byField.values()].flat(),
    ...host.map((name): HostPart => ({ kind: 'host', name })),
    ...config.map((name): ConfigPart => ({ kind: 'config', name })),
  ];
}

/** The program with some parts made as simple as can be. */
export function simplified(program: Program, parts: readonly Part[]): Program {
  const config = { ...program.config };
  const host = { ...program.host };
  const commands = [...program.commands];
  for (const part of parts) {
    if (part.kind === 'config') config[part.name] = DEFAULT_CONFIG[part.name];
    else if (part.kind === 'host') host[part.name] = OBLIGING_HOST[part.name];
    else {
      const { index, field } = part;
      commands[index] = withField(
        commands[index],
        field,
        simplest(fieldValue(commands[index], field), field),
      );
    }
  }
  return { config, host, commands };
}

/** A number in a command that a shrinker can move towards the simplest. */
export interface NumberPart {
  readonly kind: 'number' | 'time';
  readonly value: number;
  readonly simplest: number;
  /** The program with another number here. */
  with(value: number): Program;
}

/** All numbers in commands that are not the simplest; settings are the default or have to be what they are. */
export function complexNumbers(program: Program): NumberPart[] {
  return complexParts(program).flatMap((part): NumberPart[] => {
    if (part.kind !== 'operand') return [];
    const { index, field } = part;
    const command = program.commands[index];
    const value = fieldValue(command, field);
    const put = (changed: unknown): Program => ({
      ...program,
      commands: program.commands.with(index, withinSize(withField(command, field, changed))),
    });
    if (field.kind === 'place') {
      const place = value as Place;
      if (typeof place.offset !== 'number') return [];
      return [
        { kind: 'number', value: place.offset, simplest: 0, with: (offset) => put({ ...place, offset }) },
      ];
    }
    if ((field.kind !== 'number' && field.kind !== 'time') || typeof value !== 'number') return [];
    return [{ kind: field.kind, value, simplest: field.kind === 'number' ? field.simplest : 0, with: put }];
  });
}

/** How much an allocation asks for: pages of a span, or bytes of an object. */
export type AmountKey = 'npages' | 'size';

/** What all allocations ask for, where that is an exact integer above 1, each with the index of its command. */
export function amounts(commands: readonly Command[], key: AmountKey): { index: number; amount: number }[] {
  return commands.flatMap((command, index) => {
    const amount = (command as { readonly [Key in AmountKey]?: unknown })[key];
    return typeof amount === 'number' && Number.isSafeInteger(amount) && amount > 1
      ? [{ index, amount }]
      : [];
  });
}

/** A command that asks for another amount. */
export function withAmount(command: Command, key: AmountKey, amount: number): Command {
  return withinSize({ ...command, [key]: amount });
}

/** An object has no more pointers than it has bytes, unless that is on purpose. */
function withinSize(command: Command): Command {
  if (command.op !== 'malloc' || command.expect !== undefined) return command;
  const { size, scan } = command;
  return typeof size === 'number' && typeof scan === 'number' && scan > size
    ? { ...command, scan: size }
    : command;
}

/** Whether a value of a field can't be made simpler: a handle in a place has to stay. */
function isSimplest(value: unknown, field: Field): boolean {
  if (field.kind !== 'place') return Object.is(value, simplest(value, field));
  return value === null || Object.is((value as Place).offset, 0);
}

function simplest(value: unknown, field: Field): unknown {
  switch (field.kind) {
    case 'number':
      return field.simplest;
    case 'time':
      return 0;
    case 'flag':
      return false;
    case 'choice':
      return undefined;
    case 'place':
      return value === null ? null : { ...(value as Place), offset: 0 };
  }
}
