/** What was seen of one run, for machines. */
export interface Observation {
  readonly type: 'run';
  /** The run's number; null for programs of the corpus and the regressions. */
  readonly run: number | null;
  readonly origin: string;
  readonly status: string;
  /** Text of the program. */
  readonly program: string;
  readonly features: readonly string[];
  /** The features that nothing showed before. */
  readonly new: readonly string[];
  readonly operations: number;
  /** Times, in ms. */
  readonly timing: Readonly<Record<string, number>>;
}

/** Takes lines, without their line feeds. */
export interface LineSink {
  /** @throws StorageError where it can't be written. */
  write(line: string): void;
  close(): void;
}

/** An observation as a line of JSON. */
export function observationLine(observation: Observation): string {
  return JSON.stringify(observation);
}

/**
 * Opens a file for lines that are added to what is there; where that ends within a line, they begin on a fresh one.
 *
 * @throws StorageError
 */
export function observationFile(_path: string): LineSink {
  throw new Error('to come');
}
