import { Command } from 'commander';
import { printProgram } from '../programs/index.js';
import type { CommandLine } from './command-line.js';
import { EXIT, incompleteError, usageError } from './exit-code.js';
import {
  brokenClauses,
  clauseIds,
  describeShrunk,
  findingText,
  headlineOf,
  reproductionOf,
  type Finding,
} from './finding.js';
import { formatMany } from './format.js';
import { heapChoiceOption, lockstepHeaps, type HeapChoice } from './heaps.js';
import { openInput, readProgram, type Input } from './input.js';
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

--json prints one object: {program, commands, before, runs, minimal, divergence, clauses, file}`;

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
      const { failing, shrunk } = await shrinkInWorker(await openInput(path), options, commandLine);
      await report(failing, shrunk, options, commandLine);
      if (!shrunk.minimal) commandLine.exitCode = EXIT.incomplete;
    });
}

/** A worker runs the programs, so that Ctrl-C is heard, and what there is until then is kept. */
async function shrinkInWorker(
  input: Input,
  options: ShrinkOptions,
  { terminal }: CommandLine,
): Promise<{ readonly failing: Failing; readonly shrunk: ShrinkingEnd }> {
  const progress = new Progress(terminal);
  let reached: ShrinkingProgress | undefined;
  const tell = (): void =>
    progress.update(() => {
      if (reached === undefined) return `running ${input.name}`;
      return `shrinking: ${formatMany(reached.program.commands.length, 'command')} after ${formatMany(reached.runs, 'run')}`;
    });
  const pool = jobWorkers({ size: 1, patience: options.timeout, onSight: tell });
  const interruption = new AbortController();
  const release = onInterrupt(() => {
    interruption.abort();
    void pool.close();
  });
  try {
    const program = await readProgram(input, interruption.signal);
    const failing = { program, ...(await failureOf(input, options, pool)) };
    const shrunk = await shrinkApart(failing, pool, (now) => {
      reached = now;
      tell();
    });
    progress.clear();
    if (interruption.signal.aborted && shrunk.program === program) {
      throw incompleteError(`interrupted: ${input.name} is not shrunk`);
    }
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
  input: Input,
  { heap, timeout }: ShrinkOptions,
  pool: JobWorkers,
): Promise<Omit<Failing, 'program'>> {
  for (const memory of [false, true]) {
    const check = { heaps: heap, memory, patience: timeout };
    const run = await runApart(pool, input, check, false);
    if (run.kind === 'stopped') throw incompleteError(`interrupted: ${input.name} is not shrunk`);
    if (run.kind === 'lost') throw incompleteError(`the run of ${input.name} ${run.why}`);
    const { divergence } = run.report;
    if (divergence) return { check, divergence };
  }
  throw usageError(
    `${input.name} does not fail on ${lockstepHeaps(heap).join(' and ')}: only a program that fails can be shrunk`,
  );
}

async function report(
  { program: before, check }: Failing,
  shrunk: ShrinkingEnd,
  options: ShrinkOptions,
  { terminal }: CommandLine,
): Promise<void> {
  const { output, force = false } = options;
  const history = describeShrunk(before, shrunk);
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
      clauses: clauseIds(shrunk.program, shrunk.divergence),
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
