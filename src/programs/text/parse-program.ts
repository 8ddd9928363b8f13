import { CONFIG_NAMES, heapConfig, type HeapConfig } from '../../spec/index.js';
import { COMMAND_NAMES, MAKERS, type CommandName } from '../command-fields.js';
import { HOST_NAMES, HOST_SETTINGS } from '../host-script.js';
import { OBLIGING_HOST, type Command, type Handle, type HostScript, type Program } from '../program.js';
import {
  isNamedFor,
  parseClaim,
  parseExpectations,
  parseFields,
  parseHandle,
  type Maker,
} from './parse-fields.js';
import { Scanner, type Token } from './scanner.js';
import { suggest } from './suggest.js';
import { parseNumber } from './times.js';

const SETTING_LINES = ['config', 'host'];

/** Lines that are read at a time: some milliseconds of work. */
const PART = 4096;

/**
 * Reads a program from its text. The grammar is in `docs/program-text.md`.
 *
 * @param options - `file` names the text in errors; by default it is called `program`.
 * @throws {@link ProgramSyntaxError} where the text is no program, a handle is used before it is made or is made
 * twice, or a setting is out of its range; nothing else, whatever the text is.
 */
export function parseProgram(text: string, options: { readonly file?: string } = {}): Program {
  const parts = parseProgramInParts(text, options);
  for (let part = parts.next(); ; part = parts.next()) if (part.done === true) return part.value;
}

/**
 * Reads a program as {@link parseProgram} does, and stops after every so many lines, so that whoever reads it can do
 * something else meanwhile, or leave it at that.
 *
 * @throws {@link ProgramSyntaxError}
 */
export function parseProgramInParts(
  text: string,
  options: { readonly file?: string } = {},
): Generator<undefined, Program, undefined> {
  return new Parser(new Scanner(text, options.file ?? 'program')).program();
}

class Parser {
  private readonly config: Partial<Record<keyof HeapConfig, number>> = {};
  private readonly host: Partial<Record<keyof HostScript, number>> = {};
  private readonly commands: Command[] = [];
  /** What made each handle. */
  private readonly made = new Map<Handle, Maker>();
  /** Where in `commands` there are allocations that nobody gave a handle. */
  private readonly nameless: number[] = [];

  constructor(private readonly scanner: Scanner) {}

  *program(): Generator<undefined, Program, undefined> {
    do {
      if (!this.scanner.is('end')) this.parseLine();
      if (!this.scanner.is('end')) throw this.scanner.error('the end of the line');
      if (this.scanner.lineNumber % PART === 0) yield;
    } while (this.scanner.nextLine());
    yield* this.nameNameless();
    return {
      config: heapConfig(this.config),
      host: { ...OBLIGING_HOST, ...this.host },
      commands: this.commands,
    };
  }

  private parseLine(): void {
    const word = this.scanner.token;
    if (word.kind === 'word' && SETTING_LINES.includes(word.text)) {
      if (this.commands.length > 0) {
        throw this.scanner.error(`a command: ${word.text} must come before the first one`);
      }
      this.scanner.take();
      if (word.text === 'config') this.parseConfig();
      else this.parseHost();
    } else {
      this.parseCommand();
    }
  }

  // Settings

  private parseConfig(): void {
    const values = this.parseSettings(CONFIG_NAMES, this.config);
    try {
      heapConfig(this.config);
    } catch (error) {
      // The message begins with the name of the setting.
      const message = error instanceof Error ? error.message : String(error);
      const entries = [...values];
      const [, at] = entries.find(([name]) => message.startsWith(`${name} `)) ?? entries[entries.length - 1];
      throw this.scanner.error(message.replace(' must be ', ' to be ').replace(/, not .*$/s, ''), { at });
    }
  }

  private parseHost(): void {
    for (const [name, at] of this.parseSettings(HOST_NAMES, this.host)) {
      const { range, allows } = HOST_SETTINGS[name];
      if (!allows(this.host[name] ?? 0)) throw this.scanner.error(`${name} to be ${range}`, { at });
    }
  }

  /** Reads `name=number` to the end of the line into `settings`; gives the token of each value. */
  private parseSettings<Name extends string>(
    names: readonly Name[],
    settings: Partial<Record<Name, number>>,
  ): Map<Name, Token> {
    const { scanner } = this;
    const values = new Map<Name, Token>();
    do {
      const at = scanner.token;
      const name = names.find((known) => known === at.text);
      if (name === undefined) {
        throw scanner.error(`a setting (${names.join(', ')})`, { suggestion: suggest(at.text, names) });
      }
      if (settings[name] !== undefined) throw scanner.error('each setting once');
      scanner.take();
      if (!scanner.is('=')) throw scanner.error(`= after ${name}`);
      scanner.take();
      const value = scanner.is('word') ? parseNumber(scanner.token.text) : undefined;
      if (value === undefined) throw scanner.error(`a number for ${name}`);
      settings[name] = value;
      values.set(name, scanner.take());
    } while (!scanner.is('end'));
    return values;
  }

  // Commands

  private parseCommand(): void {
    const { scanner } = this;
    const claim = parseClaim(scanner);
    const name = scanner.token;
    const handle = this.parseMadeHandle();
    const op = this.parseCommandName(handle === undefined ? undefined : name.text);
    const command = {
      op,
      ...(handle === undefined ? {} : { handle }),
      ...parseFields(scanner, op, this.made),
      ...parseExpectations(scanner),
      ...claim,
    };
    if (handle !== undefined) this.made.set(handle, { op, line: scanner.lineNumber });
    else if (MAKERS.has(op)) this.nameless.push(this.commands.length);
    // The table of fields, by which it was read, is the type of the command.
    this.commands.push(command as unknown as Command);
  }

  /** Reads `s3 =` or `o3 =` where it stands before a command. */
  private parseMadeHandle(): Handle | undefined {
    const { scanner } = this;
    const first = scanner.token;
    const handle = first.kind === 'word' ? parseHandle(first.text) : undefined;
    if (handle === undefined) return undefined;
    scanner.take();
    if (!scanner.is('=')) throw scanner.error(`= after ${first.text}`);
    const maker = this.made.get(handle);
    if (maker !== undefined) {
      throw scanner.error('a handle that is not in use', {
        at: first,
        found: `${first.text}, made in line ${maker.line}`,
      });
    }
    scanner.take();
    return handle;
  }

  /** Reads the name of a command; behind a handle, of one that makes what the handle's letter stands for. */
  private parseCommandName(made: string | undefined): CommandName {
    const { scanner } = this;
    const { kind, text } = scanner.token;
    const names =
      made === undefined
        ? COMMAND_NAMES
        : COMMAND_NAMES.filter((name) => MAKERS.has(name) && isNamedFor(made, name));
    const op = kind === 'word' ? names.find((name) => name === text) : undefined;
    if (op !== undefined) {
      scanner.take();
      return op;
    }
    const known = made === undefined ? [...names, ...SETTING_LINES] : names;
    throw scanner.error(`${made === undefined ? 'a command' : 'an allocation'} (${names.join(', ')})`, {
      suggestion: kind === 'word' ? suggest(text, known) : undefined,
    });
  }

  /** Gives the allocations that were written without a handle the least numbers that are left. */
  private *nameNameless(): Generator<undefined, void, undefined> {
    let handle = 0;
    for (const [number, index] of this.nameless.entries()) {
      do handle++;
      while (this.made.has(handle));
      this.commands[index] = { ...this.commands[index], handle } as Command;
      if (number % PART === PART - 1) yield;
    }
  }
}
