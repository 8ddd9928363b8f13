import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { firstForeignByte } from '../fuzzing/foreign-byte.js';
import { parseProgram, ProgramSyntaxError, type Program } from '../programs/index.js';
import { GzipProblem, traceBytes } from '../traces/index.js';
import { usageError } from './exit-code.js';
import { printable, printableLine } from './printable.js';
import { isSystemError, reasonOf } from './system-error.js';

/** The name that stands for standard input and standard output. */
export const STANDARD = '-';

/** A trace or a program, told apart by how it begins. */
export interface Input {
  /** The file's name as it was given, safe to print. */
  readonly name: string;
  readonly kind: 'trace' | 'program';
  /** Where it can be read from the beginning, as often as one likes, by other threads too. */
  readonly source: InputSource;
}

/** A path, or all bytes of what can't be read twice. */
export type InputSource = string | Uint8Array;

/** Bytes, once decompressed, of the longest program that is read: generated ones of 10,000 commands take less than 1 MiB. */
const LONGEST_PROGRAM = 64 * 2 ** 20;

/** Bytes that are kept of an input that can't be read twice: standard input, a pipe. */
const LONGEST_PIPED = 256 * 2 ** 20;

const GZIP_MAGIC = [0x1f, 0x8b] as const;
const OPEN_BRACE = 0x7b;

/**
 * Opens a file, or standard input for `-`, and tells from its first bytes, decompressed where they are gzip data, what
 * it is: a line that begins with `{` is a trace, other text a program, or whatever else is wanted.
 *
 * @param wanted - For the message, if it can't be that.
 * @throws CliError where it can't be read, is empty, or no text.
 */
export async function openInput(path: string, wanted = 'a trace or a program'): Promise<Input> {
  const name = path === STANDARD ? 'standard input' : printableLine(path);
  const source = (await isRegularFile(path, name))
    ? path
    : await readAtMost(
        LONGEST_PIPED,
        reportingErrors(path === STANDARD ? process.stdin : createReadStream(path), name),
        name,
      );
  return {
    name,
    kind: kindOf(await beginningOf(decompressed(bytesOf(source, name), name), name), name, wanted),
    source,
  };
}

/**
 * All bytes of an input.
 *
 * @param name - For the {@link CliError} that is thrown where it can't be read.
 */
export function bytesOf(source: InputSource, name: string): AsyncIterable<Uint8Array> {
  const chunks = typeof source === 'string' ? createReadStream(source) : Readable.from([source]);
  return reportingErrors(chunks, name);
}

/**
 * Reads a program from an input.
 *
 * @throws CliError where it is a trace, too long, no text, or no program; the message tells where.
 */
export async function readProgram(input: Input): Promise<Program> {
  if (input.kind === 'trace') {
    throw usageError(
      `${input.name} is a trace, but a program is needed here: "heapspec replay" takes traces`,
    );
  }
  const { name, source } = input;
  const text = decode(
    await readAtMost(LONGEST_PROGRAM, decompressed(bytesOf(source, name), name), name),
    name,
  );
  try {
    return parseProgram(text, { file: input.name });
  } catch (error) {
    if (error instanceof ProgramSyntaxError) throw usageError(printable(error.message));
    throw error;
  }
}

async function isRegularFile(path: string, name: string): Promise<boolean> {
  if (path === STANDARD) return false;
  try {
    const status = await stat(path);
    if (status.isDirectory()) throw usageError(`cannot read ${name}: it is a folder`);
    return status.isFile();
  } catch (error) {
    throw unreadable(error, name);
  }
}

/** The same, decompressed where it is gzip data. */
async function* decompressed(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* traceBytes(chunks);
  } catch (error) {
    throw error instanceof GzipProblem ? usageError(`cannot read ${name}: it is ${error.message}`) : error;
  }
}

async function* reportingErrors(chunks: AsyncIterable<Uint8Array>, name: string): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks;
  } catch (error) {
    throw unreadable(error, name);
  }
}

function unreadable(error: unknown, name: string): unknown {
  return isSystemError(error) ? usageError(`cannot read ${name}: ${reasonOf(error)}`) : error;
}

async function readAtMost(
  most: number,
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Uint8Array> {
  const read: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > most) throw usageError(`${name} is too long: it has more than ${most / 2 ** 20} MiB`);
    read.push(chunk);
  }
  return Buffer.concat(read);
}

/** The first chunk that holds more than white space; nothing where none does. */
async function beginningOf(chunks: AsyncIterable<Uint8Array>, name: string): Promise<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunks) {
    if (chunk.some((byte) => !isSpace(byte))) return chunk;
    bytes += chunk.length;
    if (bytes > LONGEST_PROGRAM) {
      throw usageError(`${name} begins with more than ${LONGEST_PROGRAM / 2 ** 20} MiB of white space`);
    }
  }
  return new Uint8Array();
}

function kindOf(beginning: Uint8Array, name: string, wanted: string): Input['kind'] {
  if (GZIP_MAGIC.every((byte, index) => beginning[index] === byte)) {
    throw usageError(`${name} is compressed more than once: decompress it first`);
  }
  const first = beginning.find((byte) => !isSpace(byte));
  if (first === undefined) throw usageError(`${name} is empty: ${wanted} is needed`);
  if (beginning.includes(0)) {
    throw usageError(`${name} is not ${wanted}: it holds bytes that are no text`);
  }
  return first === OPEN_BRACE ? 'trace' : 'program';
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}

function decode(bytes: Uint8Array, name: string): string {
  const foreign = firstForeignByte(bytes);
  if (foreign === undefined) return new TextDecoder('utf-8').decode(bytes);
  const { line, column, byte } = foreign;
  const found = `0x${byte.toString(16).padStart(2, '0')}`;
  throw usageError(
    `${name}:${line}:${column}: not text in UTF-8: found the byte ${found}; save the program as UTF-8`,
  );
}
