#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import type { CommandLine } from './command-line.js';
import { conformCommand } from './conform.js';
import { CliError, describeDefect, EXIT, worstExitCode, type ExitCode } from './exit-code.js';
import { fuzzCommand } from './fuzz.js';
import { mergeCommand } from './merge.js';
import { OutputStream } from './output-stream.js';
import { printable } from './printable.js';
import { recordCommand } from './record.js';
import { replayCommand } from './replay.js';
import { showCommand } from './show.js';
import { shrinkCommand } from './shrink.js';
import { Terminal } from './terminal.js';
import { verifyCommand } from './verify.js';
import { version } from './version.js';
import { workloadCommand } from './workload.js';

const HELP = `
Files:
  .heap              a program: operations on spans that have names, a line each
  .jsonl, .jsonl.gz  a trace: what one heap did, operation by operation (golden/README.md)
  -                  standard input or standard output

Ends with 0: all well; 1: a heap is wrong; 2: wrong usage, or a file that can't be read; 3: the work could not be done.
Heeds NO_COLOR, FORCE_COLOR and CI.

Examples:
  $ heapspec verify
  $ heapspec replay golden/*.jsonl.gz
  $ heapspec show program.heap --at 12`;

/** Ends the process with the worst of what happened. */
function endWith(exitCode: ExitCode): void {
  process.exitCode = worstExitCode([exitCode, (process.exitCode ?? EXIT.ok) as ExitCode]);
}

const stderr = new OutputStream(process.stderr, () => endWith(EXIT.incomplete));
const stdout = new OutputStream(process.stdout, (error) => {
  terminal.error(`cannot write standard output: ${error.message}`);
  endWith(EXIT.incomplete);
});
const terminal = new Terminal(stdout, stderr, process.env);
const commandLine: CommandLine = { terminal, ci: Boolean(process.env.CI), exitCode: EXIT.ok };

// Node would end with 1, which says that a heap is wrong.
process.on('uncaughtException', (error) => {
  terminal.error(printable(describeDefect(error)));
  process.exit(EXIT.incomplete);
});

try {
  await heapspec().parseAsync();
  endWith(commandLine.exitCode);
} catch (error) {
  endWith(worstExitCode([commandLine.exitCode, exitCodeOf(error)]));
}

function heapspec(): Command {
  const program = new Command('heapspec')
    .description("Verifies heaps against an executable specification of Go's page heap.")
    .version(version(), '--version')
    .helpOption('-h, --help', 'show this')
    .addHelpText('after', HELP)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      outputError: (text, write) => write(printable(text)),
      getOutHasColors: () => terminal.colours.isColorSupported,
      getErrHasColors: () => terminal.errorColours.isColorSupported,
    })
    .exitOverride();
  for (const makeCommand of [
    verifyCommand,
    replayCommand,
    recordCommand,
    shrinkCommand,
    showCommand,
    workloadCommand,
    conformCommand,
    fuzzCommand,
    mergeCommand,
  ]) {
    const command = makeCommand(commandLine).copyInheritedSettings(program);
    command.showHelpAfterError(`Try: heapspec ${command.name()} --help`);
    program.addCommand(command);
  }
  return program.showHelpAfterError('Try: heapspec --help');
}

/** Tells what ended the program, and finds the exit code for it. */
function exitCodeOf(error: unknown): ExitCode {
  // Commander has told it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof CliError) {
    terminal.error(printable(error.message));
    return error.exitCode;
  }
  terminal.error(printable(describeDefect(error)));
  return EXIT.incomplete;
}
