import { TraceError } from '../traces/index.js';
import { CliError, describeDefect, EXIT, type ExitCode } from './exit-code.js';

/** Why something could not be done. */
export interface Failure {
  readonly exitCode: ExitCode;
  readonly error: string;
}

/** Whether what came of something is why it could not be done. */
export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'error' in value && 'exitCode' in value;
}

/** What an error comes to, where it must not end everything. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CliError) return { exitCode: error.exitCode, error: error.message };
  if (error instanceof TraceError) return { exitCode: EXIT.usage, error: error.message };
  return { exitCode: EXIT.incomplete, error: describeDefect(error) };
}
