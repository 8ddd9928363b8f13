import { Command } from 'commander';
import { printProgram, type Program } from '../programs/index.js';
import type { CommandLine } from './command-line.js';
import { EXIT, incompleteError, usageError } from './exit-code.js';
import {
  brokenClauses,
  describeShrinking,
  findingText,
  headlineOf,
  reproductionOf,
  type Finding,
} from './finding.js';
import { formatMany } from './format.js';
import { heapChoiceOption, lockstepHeaps, type HeapChoice } from './heaps.js';
import { openInput, readProgram } from './input.js';
import { onInterrupt } from './interrupt.js';
import { jobWorkers, type JobWorkers } from './job-workers.js';
import { timeoutOption } from './options.js';
import { checkOutput, writeFileWhole } from './output-file.js';
import { printable, printableLine } from './printable.js';
import { Progress } from './progress.js';
import { runApart } from './run-apart.js';
import { shrinkApart, type Failing, type ShrinkingEnd, type ShrinkingProgress } from './shrink-apart.js';

interface ShrinkOptions {
  readonly heap: HeapChoice;
  /** In ms. */
  readonly timeout: number;
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const HELP = `
Takes a program that fails in lockstep, makes it as small as it gets, and proves that by having tried every smaller
step. Without -o the result is printed. After Ctrl-C, or ten minutes, it is the smallest one so far, and the exit
code is 3. A program over which a heap hangs takes a second a step: minutes, as a rule.

Ends with 0: shrunk and proven minimal; 2: the program can't be read, or does not fail; 3: not finished, not written.

Examples:
  $ heapspec shrink failing.heap -o small.heap
  $ heapspec shrink --heap canary any.heap    a demonstration: the canary has a planted fault

--json prints one object: {program, commands, before, runs, minimal, divergence, file}`;

/** The command `heapspec shrink`. */
export function shrinkCommand(commandLine: CommandLine): Command {
  return new Command('shrink')
    .description('make a failing program as small as it gets')
    .argument('<program>', 'a program that fails, - for standard input')
    .option('-o, --output <file>', 'write the result to a file')
    .option('-f, --force', 'replace that file if there is one')
    .addOption(heapChoiceOption())
    .addOption(timeoutOption())
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (path: string, options: ShrinkOptions) => {
      const force = options.force === true;
      if (options.output !== undefined) await checkOutput(options.output, { force });
      const program = await readProgram(await openInput(path));
      const { failing, shrunk } = await shrinkInWorker(program, path, options, commandLine);
      await report(failing, shrunk, options, commandLine);
      if (!shrunk.minimal) commandLine.exitCode = EXIT.incomplete;
    });
}

/** A worker runs the programs, so that Ctrl-C is heard, and what there is until then is kept. */
async function shrinkInWorker(
  program: Program,
  path: string,
  options: ShrinkOptions,
  { terminal }: CommandLine,
): Promise<{ readonly failing: Failing; readonly shrunk: ShrinkingEnd }> {
  const progress = new Progress(terminal);
  let reached: ShrinkingProgress = { program, runs: 0 };
  const tell = (): void =>
    progress.update(() => {
      return `shrinking: ${formatMany(reached.program.commands.length, 'command')} after ${formatMany(reached.runs, 'run')}`;
    });
  const pool = jobWorkers({ size: 1, patience: options.timeout, onSight: tell });
  const release = onInterrupt(() => void pool.close());
  try {
    const failing = await failureOf(program, path, options, pool);
    const shrunk = await shrinkApart(failing, pool, (now) => {
      reached = now;
      tell();
    });
    progress.clear();
    if (shrunk.trouble !== undefined) terminal.note(printable(`shrinking ended early: ${shrunk.trouble}`));
    return { failing, shrunk };
  } finally {
    release();
    progress.clear();
    await pool.close();
  }
}

/** How a program fails: compared alone if that shows it, since that is faster, else with its memory checked. */
async function failureOf(
  program: Program,
  path: string,
  { heap, timeout }: ShrinkOptions,
  pool: JobWorkers,
): Promise<Failing> {
  for (const memory of [false, true]) {
    const check = { heaps: heap, memory, patience: timeout };
    const run = await runApart(pool, program, check, false);
    if (run.kind === 'stopped') throw incompleteError('interrupted');
    if (run.kind === 'lost') throw incompleteError(`the run of ${printableLine(path)} ${run.why}`);
    const { divergence } = run.report;
    if (divergence) return { program, check, divergence };
  }
  throw usageError(
    `${printableLine(path)} does not fail on ${lockstepHeaps(heap).join(' and ')}: only a program that fails can be shrunk`,
  );
}

async function report(
  { program: before, check }: Failing,
  shrunk: ShrinkingEnd,
  options: ShrinkOptions,
  { terminal }: CommandLine,
): Promise<void> {
  const { output, force = false } = options;
  const history = describeShrinking(before, shrunk);
  const finding: Finding = { program: shrunk.program, divergence: shrunk.divergence, check, history };
  if (output !== undefined) {
    await writeFileWhole(output, { force }, (write) => write(Buffer.from(findingText(finding, output))));
  }
  if (options.json === true) {
    terminal.printJson({
      program: printProgram(shrunk.program),
      commands: shrunk.program.commands.length,
      before: before.commands.length,
      runs: shrunk.runs,
      minimal: shrunk.minimal,
      divergence: shrunk.divergence,
      file: output ?? null,
    });
    return;
  }
  if (output === undefined) terminal.print(printProgram(shrunk.program).trimEnd());
  terminal.note(printableLine(headlineOf(finding)));
  for (const line of brokenClauses(finding.program, finding.divergence)) terminal.note(line);
  terminal.note(history);
  if (output !== undefined) {
    terminal.note(
      `saved: ${printableLine(output)}\nagain: ${printableLine(reproductionOf(finding, output))}`,
    );
  }
}
