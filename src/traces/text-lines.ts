import { GzipProblem } from './gunzip.js';
import { LineSplitter, LineTooLong, type Line } from './line-splitter.js';
import { traceBytes } from './trace-bytes.js';
import { TraceError, type TraceProblem } from './trace-error.js';

/** What text may come, and under which name it is spoken of. */
export interface TextLimits {
  /** The name of the file, or what stands for it. */
  readonly file: string;
  /** What it is, for messages: `a trace`. */
  readonly what: string;
  /** The most bytes that a line may have. */
  readonly maxLineBytes: number;
  /** The most bytes that all of it may have once it is decompressed. */
  readonly maxBytes: number;
}

/**
 * Reads text line by line from a file, or from any stream of bytes; gzip data is decompressed. Lines come in batches,
 * as the bytes do, each to be gone through before the next one is asked for.
 *
 * @throws {@link TraceError} where the file can't be read, its compressed data is damaged, or it exceeds a limit; in
 *   going through a batch, too.
 */
export async function* readLines(
  source: string | AsyncIterable<Uint8Array>,
  limits: TextLimits,
): AsyncGenerator<Iterable<Line>, void> {
  const lines = new LineSplitter(limits.maxLineBytes);
  const asTraceError = (error: unknown): unknown => {
    const problem = problemOf(error, limits);
    if (problem === undefined) return error;
    const line = isFileError(error) ? 0 : lines.lines + 1;
    return new TraceError({ file: limits.file, line, ...problem }, { cause: error });
  };
  function* within(chunk: Uint8Array): Generator<Line, void> {
    try {
      yield* lines.split(chunk);
    } catch (error) {
      throw asTraceError(error);
    }
  }
  const bytes = traceBytes(source);
  let total = 0;
  try {
    for (;;) {
      const chunk = await nextOf(bytes, asTraceError);
      if (chunk === undefined) break;
      total += chunk.length;
      yield within(chunk);
      if (total > limits.maxBytes) throw asTraceError(new TooLong(`${total} bytes and more`));
    }
    const last = lines.last();
    if (last) yield [last];
  } finally {
    await bytes.return();
  }
}

async function nextOf(
  bytes: AsyncGenerator<Uint8Array, void>,
  asTraceError: (error: unknown) => unknown,
): Promise<Uint8Array | undefined> {
  try {
    const { value, done } = await bytes.next();
    return done === true ? undefined : value;
  } catch (error) {
    throw asTraceError(error);
  }
}

/** The text is longer than its reader allows. */
class TooLong extends Error {}

/** What was expected and found, where an error of the way to the text says so. */
function problemOf(
  error: unknown,
  { what, maxLineBytes, maxBytes }: TextLimits,
): Pick<TraceProblem, 'expected' | 'found'> | undefined {
  if (error instanceof GzipProblem) return { expected: 'sound gzip data', found: error.message };
  if (error instanceof LineTooLong) {
    return { expected: `a line of at most ${maxLineBytes} bytes`, found: 'a longer one' };
  }
  if (error instanceof TooLong) {
    return { expected: `${what} of at most ${maxBytes} bytes`, found: error.message };
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
