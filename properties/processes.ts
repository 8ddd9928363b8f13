import { execFile } from 'node:child_process';

/** What a process left when it ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end, as a user would outside of Jest and without colours.
 *
 * @param command - `node` is the one that runs this.
 */
export function run(cwd: string, command: string, args: readonly string[], path = ''): Promise<Ended> {
  // Jest's own settings would turn up in the Jest of an example.
  const { NODE_OPTIONS: _, NODE_ENV: __, JEST_WORKER_ID: ___, ...inherited } = process.env;
  const env = { ...inherited, CI: 'true', NO_COLOR: '1', PATH: `${path}${inherited.PATH ?? ''}` };
  const file = command === 'node' ? process.execPath : command;
  return new Promise((resolve) => {
    execFile(file, args, { cwd, env, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      if (error === null) resolve({ code: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr });
      else resolve({ code: -1, stdout, stderr: `${stderr}${error.message}` });
    });
  });
}

/** Runs a program, gives what it printed, and fails with all that it said where it does not end well. */
export async function succeeds(cwd: string, command: string, ...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(cwd, command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}
