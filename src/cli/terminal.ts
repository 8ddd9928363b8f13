import pc from 'picocolors';

/** The colours of one stream: functions that do nothing where it shows none. */
export type Colours = ReturnType<typeof pc.createColors>;

/** The parts of a stream that the command line uses. */
export interface TextStream {
  readonly isTTY: boolean;
  /** Width in characters, where it has one. */
  readonly columns: number | undefined;
  write(text: string): void;
  /** Writes much, no faster than it is read, and says whether all of it could be written. */
  writeAll(chunks: Iterable<Uint8Array>): Promise<boolean>;
}

/** The environment variables that the command line heeds. */
export interface Environment {
  readonly CI?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly NO_COLOR?: string | undefined;
  readonly TERM?: string | undefined;
}

/** Narrowest and widest layout, in characters, whatever the terminal says of itself. */
const COLUMNS = { least: 40, unknown: 80, most: 240 } as const;

/** Where a command writes: results to standard output, progress and errors to standard error. */
export class Terminal {
  /** Colours of standard output. */
  readonly colours: Colours;
  /** Colours of standard error. */
  readonly errorColours: Colours;
  /** Whether someone watches standard error: progress may be drawn there. */
  readonly watched: boolean;

  constructor(
    readonly stdout: TextStream,
    readonly stderr: TextStream,
    environment: Environment,
  ) {
    this.colours = pc.createColors(showsColours(stdout, environment));
    this.errorColours = pc.createColors(showsColours(stderr, environment));
    this.watched = stderr.isTTY && !environment.CI && environment.TERM !== 'dumb';
  }

  /** Width of standard output, in characters. */
  get columns(): number {
    return Math.min(Math.max(this.stdout.columns ?? COLUMNS.unknown, COLUMNS.least), COLUMNS.most);
  }

  /** Writes a line, or several, to standard output. */
  print(text: string): void {
    this.stdout.write(`${text}\n`);
  }

  /** Writes one JSON value and a line feed to standard output. */
  printJson(value: unknown): void {
    this.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Writes a line, or several, to standard error. */
  note(text: string): void {
    this.stderr.write(`${text}\n`);
  }

  /** Writes an error to standard error. */
  error(message: string): void {
    this.note(`${this.errorColours.red('error:')} ${message}`);
  }
}

/** Whether colours are wanted: the user's word (https://no-color.org, FORCE_COLOR) goes before what the stream is. */
function showsColours(stream: TextStream, environment: Environment): boolean {
  if (environment.NO_COLOR) return false;
  if (environment.FORCE_COLOR) return environment.FORCE_COLOR !== '0' && environment.FORCE_COLOR !== 'false';
  return stream.isTTY && environment.TERM !== 'dumb';
}
