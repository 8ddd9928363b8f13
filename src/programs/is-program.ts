import { CONFIG_NAMES, heapConfig, type HeapConfig } from '../spec/index.js';
import {
  COMMAND_FIELDS,
  MAKERS,
  madeHandle,
  usedHandle,
  type CommandName,
  type Field,
} from './command-fields.js';
import { HOST_NAMES, HOST_SETTINGS } from './host-script.js';
import type { Command, Handle, Program } from './program.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Whether a value is a program: all settings there and in their ranges, commands with just their operands, each
 * handle made once and before its first use.
 */
export function isProgram(value: unknown): value is Program {
  if (!hasOnly(value, ['config', 'host', 'commands'])) return false;
  const { config, host, commands } = value;
  return isHeapConfig(config) && isHostScript(host) && Array.isArray(commands) && areCommands(commands);
}

/** Whether a value is a complete configuration with all settings in their ranges. */
export function isHeapConfig(value: unknown): value is HeapConfig {
  if (!hasOnly(value, CONFIG_NAMES) || !CONFIG_NAMES.every((name) => typeof value[name] === 'number')) {
    return false;
  }
  try {
    heapConfig(value);
    return true;
  } catch {
    return false;
  }
}

function isHostScript(value: unknown): boolean {
  if (!hasOnly(value, HOST_NAMES)) return false;
  return HOST_NAMES.every((name) => {
    const setting = value[name];
    return typeof setting === 'number' && HOST_SETTINGS[name].allows(setting);
  });
}

/** The index of the first item that is no command with just its operands, whatever they name; -1 where there is none. */
export function indexOfNoCommand(values: readonly unknown[]): number {
  for (let i = 0; i < values.length; i++) if (!isCommand(values[i])) return i;
  return -1;
}

function areCommands(values: readonly unknown[]): boolean {
  const made = new Set<Handle>();
  // Not `every`, which passes over holes.
  for (let i = 0; i < values.length; i++) {
    const command = values[i];
    if (!isCommand(command)) return false;
    const used = usedHandle(command);
    if (used !== undefined && !made.has(used)) return false;
    const handle = madeHandle(command);
    if (handle === undefined) continue;
    if (made.has(handle)) return false;
    made.add(handle);
  }
  return true;
}

/** What a command of each name may have: its keys, and its operands. */
const FORMS: ReadonlyMap<string, { readonly keys: readonly string[]; readonly fields: readonly Field[] }> =
  new Map(
    (Object.keys(COMMAND_FIELDS) as CommandName[]).map((name) => {
      const fields: readonly Field[] = COMMAND_FIELDS[name];
      const handle = MAKERS.has(name) ? ['handle'] : [];
      return [name, { keys: ['op', 'expect', 'claim', ...handle, ...fields.map(({ key }) => key)], fields }];
    }),
  );

function isCommand(value: unknown): value is Command {
  if (!isRecord(value) || typeof value.op !== 'string') return false;
  const form = FORMS.get(value.op);
  return (
    form !== undefined &&
    hasOnly(value, form.keys) &&
    (!form.keys.includes('handle') || isHandle(value.handle)) &&
    haveOperands(value, form.fields) &&
    (value.expect === undefined || isExpect(value.expect)) &&
    (value.claim === undefined || isClaim(value.claim))
  );
}

/** A loop, since `every` takes longer, and each command of each program that is run comes here. */
function haveOperands(value: Fields, fields: readonly Field[]): boolean {
  for (const field of fields) if (!isOperand(value[field.key], field)) return false;
  return true;
}

function isOperand(value: unknown, field: Field): boolean {
  switch (field.kind) {
    case 'number':
    case 'time':
      return isArgument(value);
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return value === undefined || typeof value === 'boolean';
    case 'place':
      return (field.nil === true && value === null) || isPlace(value);
  }
}

const PLACE_KEYS = ['handle', 'offset'];

function isPlace(value: unknown): boolean {
  if (!hasOnly(value, PLACE_KEYS)) return false;
  if (value.handle === undefined) return isArgument(value.offset);
  return isHandle(value.handle) && typeof value.offset === 'number';
}

function isExpect(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && Array.from<unknown>(value).every(isExpectation);
}

/** Numbers of claims, each counted from 1. */
function isClaim(value: unknown): boolean {
  const isNumber = (part: unknown): boolean => Number.isSafeInteger(part) && (part as number) >= 1;
  return Array.isArray(value) && value.length > 0 && Array.from<unknown>(value).every(isNumber);
}

function isExpectation(value: unknown): boolean {
  if (!isRecord(value)) return false;
  switch (value.kind) {
    case 'result':
    case 'RangeError':
    case 'TypeError':
      return hasOnly(value, ['kind']);
    case 'FatalError':
      return hasOnly(value, ['kind', 'message']) && typeof value.message === 'string';
    default:
      return false;
  }
}

function isArgument(value: unknown): boolean {
  return typeof value === 'number' || typeof value === 'string';
}

/** A handle is written with its digits, so -0 is none. */
function isHandle(value: unknown): value is Handle {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

/** An undefined field counts as absent. */
function hasOnly(value: unknown, keys: readonly string[]): value is Fields {
  if (!isRecord(value)) return false;
  for (const key in value) if (!keys.includes(key) && value[key] !== undefined) return false;
  return true;
}
