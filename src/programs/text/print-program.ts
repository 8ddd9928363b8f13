import { CONFIG_NAMES, DEFAULT_CONFIG } from '../../spec/index.js';
import { COMMAND_FIELDS, fieldValue, madeHandle, type Field } from '../command-fields.js';
import { HOST_NAMES } from '../host-script.js';
import {
  OBLIGING_HOST,
  type Argument,
  type Command,
  type Expectation,
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
  const lines = [
    TITLE,
    ...printSettings('config', CONFIG_NAMES, program.config, DEFAULT_CONFIG),
    ...printSettings('host', HOST_NAMES, program.host, OBLIGING_HOST),
    ...program.commands.map(printCommand),
  ];
  return `${lines.join('\n')}\n`;
}

/** One command as it stands in the text of a program, without a line feed. */
export function printCommand(command: Command): string {
  const handle = madeHandle(command);
  const fields: readonly Field[] = COMMAND_FIELDS[command.op];
  const words = [
    ...(handle === undefined ? [] : [`s${handle} =`]),
    command.op,
    ...fields.flatMap((field) => printField(field, fieldValue(command, field))),
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

function printField(field: Field, value: unknown): string[] {
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
      return [value === null ? 'nil' : printPlace(value as Place)];
    case 'flag':
      return value === true ? [field.word] : [];
    case 'choice':
      if (value === undefined) return [];
      return [value === true ? field.yes : field.no];
  }
}

function printPlace(place: Place): string {
  if (place.handle === undefined) return `@${printArgument(place.offset, printNumber)}`;
  const { handle, offset } = place;
  if (Object.is(offset, 0)) return `s${handle}`;
  const digits = printNumber(offset);
  return `s${handle}${digits.startsWith('-') ? '' : '+'}${digits}`;
}

function printArgument(argument: Argument, print: (value: number) => string): string {
  return typeof argument === 'string' ? JSON.stringify(argument) : print(argument);
}

function printExpectation(expectation: Expectation): string {
  return expectation.kind === 'FatalError'
    ? `fatal ${JSON.stringify(expectation.message)}`
    : expectation.kind;
}
