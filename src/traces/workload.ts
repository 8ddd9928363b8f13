import { MAX_REQUEST_BYTES } from '../spec/index.js';
import type { Line } from './line-splitter.js';
import { readLines } from './text-lines.js';
import { quoted, TraceError } from './trace-error.js';

/**
 * What a program did: it allocated an object of so many bytes, or dropped the object of that number, so that nothing
 * leads to it any more. Objects are numbered from 0, in the order of their allocation.
 */
export type WorkloadEvent =
  { readonly kind: 'allocate'; readonly size: number } | { readonly kind: 'drop'; readonly object: number };

/** How a workload is read. */
export interface ReadWorkloadOptions {
  /** The name of the workload for reports; by default the path, or `<stream>`. */
  readonly name?: string;
  /** The most bytes that it may have once it is decompressed; by default 1 GiB. */
  readonly maxBytes?: number;
}

/** Longer than any line can be that makes sense. */
const MAX_LINE_BYTES = 64;

const LINE = /^(?:a ([1-9]\d*)|f (0|[1-9]\d*))\r?$/;

/**
 * Reads a workload, a batch of events at a time, from a file or from any stream of bytes. What is compressed by gzip is
 * decompressed, whatever its name.
 *
 * @param source - A path, or bytes in chunks of any size.
 * @throws {@link TraceError} with its line where a line is neither `a SIZE` nor `f OBJECT`, drops an object that is not
 *   there (any more), or where there is none; also where the file can't be read.
 */
export async function* readWorkload(
  source: string | AsyncIterable<Uint8Array>,
  options: ReadWorkloadOptions = {},
): AsyncGenerator<readonly WorkloadEvent[], void> {
  const file = options.name ?? (typeof source === 'string' ? source : '<stream>');
  const { maxBytes = 2 ** 30 } = options;
  const reader = new EventReader(file);
  for await (const lines of readLines(source, {
    file,
    what: 'a workload',
    maxLineBytes: MAX_LINE_BYTES,
    maxBytes,
  })) {
    const events: WorkloadEvent[] = [];
    for (const line of lines) events.push(reader.read(line));
    if (events.length > 0) yield events;
  }
  reader.end();
}

/** Makes events of lines, and checks that what is dropped is there. */
class EventReader {
  /** Whether each object was dropped, by its number. */
  private readonly dropped: boolean[] = [];

  constructor(private readonly file: string) {}

  read({ number, bytes }: Line): WorkloadEvent {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
    const [, size, object] = LINE.exec(text) ?? [];
    if (size !== undefined) return this.allocate(Number(size), number);
    if (object !== undefined) return this.drop(Number(object), number);
    return this.fail(number, '"a SIZE" or "f OBJECT"', text === '' ? 'an empty line' : quoted(text));
  }

  end(): void {
    if (this.dropped.length === 0) this.fail(1, '"a SIZE"', 'nothing: it is empty');
  }

  private allocate(size: number, line: number): WorkloadEvent {
    if (size > MAX_REQUEST_BYTES) this.fail(line, `a size from 1 to ${MAX_REQUEST_BYTES}`, `${size}`);
    this.dropped.push(false);
    return { kind: 'allocate', size };
  }

  private drop(object: number, line: number): WorkloadEvent {
    const dropped = this.dropped.at(object);
    if (dropped === undefined) {
      const there = this.dropped.length;
      this.fail(line, `an object below ${there}, since ${there} are there`, `${object}`);
    }
    if (dropped) this.fail(line, 'an object that is dropped once', `object ${object} a second time`);
    this.dropped[object] = true;
    return { kind: 'drop', object };
  }

  private fail(line: number, expected: string, found: string): never {
    throw new TraceError({ file: this.file, line, expected, found });
  }
}
