import { isAscii, isUtf8 } from 'node:buffer';
import { checkOptions, NUMBER, TEXT, type OptionKinds } from '../programs/index.js';
import { decodeRecord } from './decode-record.js';
import { GzipProblem } from './gunzip.js';
import { JsonProblem, JsonReader } from './json-reader.js';
import { LineSplitter, LineTooLong, type Line } from './line-splitter.js';
import { TraceError, type TraceProblem } from './trace-error.js';
import type { TraceRecord } from './trace.js';
import { traceBytes } from './trace-bytes.js';

/** How a trace is read. */
export interface ReadTraceOptions {
  /** The name of the trace for reports; by default the path, or `<stream>`. */
  readonly name?: string;
  /** The most bytes that a line may have; by default 64 MiB. */
  readonly maxLineBytes?: number;
  /** The most bytes that the whole trace may have once it is decompressed; by default 4 GiB. */
  readonly maxBytes?: number;
}

const KINDS: OptionKinds<ReadTraceOptions> = { name: TEXT, maxLineBytes: NUMBER, maxBytes: NUMBER };

/**
 * Reads a trace, record by record, from a file or from any stream of bytes, such as standard input. What is
 * compressed by gzip is decompressed, whatever its name. Every record is checked completely before it is given.
 *
 * @param source - A path, or bytes in chunks of any size.
 * @throws {@link TraceError} with its line where anything is not as `golden/README.md` describes it; also where the
 *   file can't be read.
 * @throws TypeError where an option is unknown or of the wrong kind.
 */
export async function* readTrace(
  source: string | AsyncIterable<Uint8Array>,
  options: ReadTraceOptions = {},
): AsyncGenerator<TraceRecord, void> {
  checkOptions<ReadTraceOptions>('readTrace', options, KINDS);
  const { maxLineBytes = 64 * 2 ** 20, maxBytes = 4 * 2 ** 30 } = options;
  const file = options.name ?? (typeof source === 'string' ? source : '<stream>');
  const lines = new LineSplitter(maxLineBytes);
  const records = new RecordReader(file);
  const bytes = traceBytes(source);
  let total = 0;
  try {
    for await (const chunk of bytes) {
      total += chunk.length;
      for (const line of lines.split(chunk)) yield records.read(line);
      if (total > maxBytes) throw new TooLong(`${total} bytes and more`);
    }
    const last = lines.last();
    if (last) yield records.read(last);
    records.end(lines.lines);
  } catch (error) {
    const problem = problemOf(error, { maxLineBytes, maxBytes });
    if (problem === undefined) throw error;
    const line = isFileError(error) ? 0 : lines.lines + 1;
    throw new TraceError({ file, line, ...problem }, { cause: error });
  }
}

/** The whole trace is longer than its reader allows. */
class TooLong extends Error {}

/** Makes records of lines, and checks that they follow each other as they should. */
class RecordReader {
  private started = false;
  /** The line of the step that ended in a fatal error. */
  private thrownAt?: number;

  constructor(private readonly file: string) {}

  read({ number: line, bytes }: Line): TraceRecord {
    if (this.thrownAt !== undefined) {
      const expected = `no line behind the fatal error of line ${this.thrownAt}`;
      this.fail(line, expected, bytes.length === 0 ? 'an empty line' : 'one');
    }
    const text = textOf(bytes) ?? this.fail(line, 'UTF-8 text', 'bytes that are none');
    const record = this.decode(text, line);
    if (!this.started && record.kind !== 'header') this.fail(line, 'a header', `a ${record.kind}`);
    if (this.started && record.kind === 'header') this.fail(line, 'a step or a state', 'a header');
    this.started = true;
    if (record.kind === 'step' && record.throw !== undefined) this.thrownAt = line;
    return record;
  }

  end(lines: number): void {
    if (lines === 0) this.fail(1, 'a header', 'nothing: it is empty');
  }

  private fail(line: number, expected: string, found: string): never {
    throw new TraceError({ file: this.file, line, expected, found });
  }

  private decode(text: string, line: number): TraceRecord {
    try {
      const json = new JsonReader(text);
      const record = decodeRecord(json, { file: this.file, line });
      json.end();
      return record;
    } catch (error) {
      if (!(error instanceof JsonProblem)) throw error;
      const { column, field, expected, found } = error;
      throw new TraceError({
        file: this.file,
        line,
        column,
        field: field.replace(/^\./, ''),
        expected,
        found,
      });
    }
  }
}

/** The text of a line; undefined where the bytes are no UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isAscii(buffer)) return buffer.toString('latin1');
  return isUtf8(buffer) ? buffer.toString('utf8') : undefined;
}

type Limits = Required<Pick<ReadTraceOptions, 'maxLineBytes' | 'maxBytes'>>;

/** What was expected and found, where an error of the way to the text says so. */
function problemOf(error: unknown, limits: Limits): Pick<TraceProblem, 'expected' | 'found'> | undefined {
  if (error instanceof GzipProblem) return { expected: 'sound gzip data', found: error.message };
  if (error instanceof LineTooLong) {
    return { expected: `a line of at most ${limits.maxLineBytes} bytes`, found: 'a longer one' };
  }
  if (error instanceof TooLong) {
    return { expected: `a trace of at most ${limits.maxBytes} bytes`, found: error.message };
  }
  if (isFileError(error)) {
    return { expected: 'a readable file', found: FILE_ERRORS[error.code] ?? error.message };
  }
  return undefined;
}

const FILE_ERRORS: Readonly<Record<string, string | undefined>> = {
  ENOENT: 'no such file',
  EISDIR: 'a directory',
  EACCES: 'one that may not be read',
};

/** Not by its class: in a sandbox such as Jest's, the file system's errors are of another world's class. */
function isFileError(error: unknown): error is { readonly code: string; readonly message: string } {
  return typeof error === 'object' && error !== null && 'syscall' in error && 'code' in error;
}
