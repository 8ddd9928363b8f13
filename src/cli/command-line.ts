import type { ExitCode } from './exit-code.js';
import type { Terminal } from './terminal.js';

/** What commands have in common: where they write, and what the process is to end with. */
export interface CommandLine {
  readonly terminal: Terminal;
  /** Whether this runs under continuous integration. */
  readonly ci: boolean;
  exitCode: ExitCode;
}
