import { isAscii, isUtf8 } from 'node:buffer';
import { checkOptions, NUMBER, TEXT, type OptionKinds } from '../programs/index.js';
import { decodeRecord } from './decode-record.js';
import { JsonProblem, JsonReader } from './json-reader.js';
import type { Line } from './line-splitter.js';
import { readLines } from './text-lines.js';
import { TraceError } from './trace-error.js';
import type { TraceLevel } from './trace-level.js';
import type { TraceRecord } from './trace.js';

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
  const records = new RecordReader(file);
  for await (const lines of readLines(source, { file, what: 'a trace', maxLineBytes, maxBytes })) {
    for (const line of lines) yield records.read(line);
  }
  records.end();
}

/** Makes records of lines, and checks that they follow each other as they should. */
class RecordReader {
  private level?: TraceLevel;
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
    if (record.kind === 'header') {
      if (this.level !== undefined) this.fail(line, 'a step or a state', 'a header');
      this.level = record.level;
    } else if (this.level === undefined) this.fail(line, 'a header', `a ${record.kind}`);
    if (record.kind === 'step' && record.throw !== undefined) this.thrownAt = line;
    return record;
  }

  end(): void {
    if (this.level === undefined) this.fail(1, 'a header', 'nothing: it is empty');
  }

  private fail(line: number, expected: string, found: string): never {
    throw new TraceError({ file: this.file, line, expected, found });
  }

  private decode(text: string, line: number): TraceRecord {
    try {
      const json = new JsonReader(text);
      const record = decodeRecord(json, { file: this.file, line, level: this.level ?? 'objects' });
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
