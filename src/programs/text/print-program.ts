import { CONFIG_NAMES, DEFAULT_CONFIG } from '../../spec/index.js';
import { COMMAND_FIELDS, fieldValue, madeHandle, objectHandles, type Field } from '../command-fields.js';
import { HOST_NAMES } from '../host-script.js';
import {
  OBLIGING_HOST,
  type Argument,
  type Command,
  type Expectation,
  type Handle,
  type Place,
  type Program,
} from '../program.js';
import { printNumber, printTime } from './times.js';

/** The first line of every printed program. */
const TITLE = '# heapspec program';

/**
 * A program as text that a person can read and `parseProgram` reads back: a command a line, and before them the
 * settings that are not the default. The grammar is in `docs/program-text.md`.
 */
export function printProgram(program: Program): string {
  const objects = objectHandles(program.commands);
  const lines = [
    TITLE,
    ...printSettings('config', CONFIG_NAMES, program.config, DEFAULT_CONFIG),
    ...printSettings('host', HOST_NAMES, program.host, OBLIGING_HOST),
    ...program.commands.map((command) => printCommand(command, objects)),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * One command as it stands in the text of a program, without a line feed.
 *
 * @param objects - the handles of the program that name objects, see `objectHandles`.
 */
export function printCommand(command: Command, objects: ReadonlySet<Handle>): string {
  const { op, claim } = command;
  const handle = madeHandle(command);
  const fields: readonly Field[] = COMMAND_FIELDS[op];
  const words = [
    ...(claim === undefined ? [] : [`@${claim.join('.')}`]),
    ...(handle === undefined ? [] : [`${op === 'malloc' ? 'o' : 's'}${handle} =`]),
    op,
    ...fields.flatMap((field) => printField(field, fieldValue(command, field), objects)),
    ...(command.expect === undefined ? [] : ['!', command.expect.map(printExpectation).join(' or ')]),
  ];
  return words.join(' ');
}

/** The line of all settings that differ from the default; no line where none does. */
function printSettings<Name extends string>(
  word: string,
  names: readonly Name[],
  settings: Readonly<Record<Name, number>>,
  defaults: Readonly<Record<Name, number>>,
): string[] {
  const differing = names.filter((name) => !Object.is(settings[name], defaults[name]));
  if (differing.length === 0) return [];
  return [[word, ...differing.map((name) => `${name}=${printNumber(settings[name])}`)].join(' ')];
}

function printField(field: Field, value: unknown, objects: ReadonlySet<Handle>): string[] {
  switch (field.kind) {
    case 'number':
      if (field.optional === true && Object.is(value, field.simplest)) return [];
      return [
        ...(field.word === undefined ? [] : [field.word]),
        printArgument(value as Argument, printNumber),
      ];
    case 'time':
      return [printArgument(value as Argument, printTime)];
    case 'place':
      return [value === null ? 'nil' : printPlace(value as Place, objects)];
    case 'flag':
      return value === true ? [field.word] : [];
    case 'choice':
      if (value === undefined) return [];
      return [value === true ? field.yes : field.no];
  }
}

function printPlace(place: Place, objects: ReadonlySet<Handle>): string {
  if (place.handle === undefined) return `@${printArgument(place.offset, printNumber)}`;
  const { handle, offset } = place;
  const name = `${objects.has(handle) ? 'o' : 's'}${handle}`;
  if (Object.is(offset, 0)) return name;
  const digits = printNumber(offset);
  return `${name}${digits.startsWith('-') ? '' : '+'}${digits}`;
}

function printArgument(argument: Argument, print: (value: number) => string): string {
  return typeof argument === 'string' ? JSON.stringify(argument) : print(argument);
}

function printExpectation(expectation: Expectation): string {
  return expectation.kind === 'FatalError'
    ? `fatal ${JSON.stringify(expectation.message)}`
    : expectation.kind;
}
