/**
 * What the command line ends with. Where several apply, the first of 1, 3, 2 counts: a heap that was seen to be wrong
 * is never hidden behind a file that could not be read.
 */
export const EXIT = {
  /** All is well. */
  ok: 0,
  /** A heap diverged, or broke an invariant. */
  failed: 1,
  /** The command was used wrongly, or its input can't be read. */
  usage: 2,
  /** The run could not do its work: it was interrupted, reached too little, or could not write its result. */
  incomplete: 3,
} as const;

/** One of the exit codes. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const WORST_FIRST: readonly ExitCode[] = [EXIT.failed, EXIT.incomplete, EXIT.usage];

/** The worst of several exit codes; 0 of none. */
export function worstExitCode(codes: Iterable<ExitCode>): ExitCode {
  const seen = new Set(codes);
  return WORST_FIRST.find((code) => seen.has(code)) ?? EXIT.ok;
}

/** Ends a command: a message that says what is wrong, where, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError';

  constructor(
    readonly exitCode: ExitCode,
    message: string,
  ) {
    super(message);
  }
}

/** A {@link CliError} of wrong usage or unreadable input. */
export function usageError(message: string): CliError {
  return new CliError(EXIT.usage, message);
}

/** A {@link CliError} of a run that could not do its work. */
export function incompleteError(message: string): CliError {
  return new CliError(EXIT.incomplete, message);
}

/** An error that nobody foresaw: a defect of this program, not of its input. */
export function describeDefect(error: unknown): string {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `this is a defect of heapspec itself: ${text}`;
}
