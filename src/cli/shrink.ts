import { Command } from 'commander';
import { printProgram, type Program } from '../programs/index.js';
import type { Divergence } from '../lockstep/index.js';
import { tryProgram, type Check, type ShrinkingProgress, type Shrunk } from './checking.js';
import type { CommandLine } from './command-line.js';
import { EXIT, usageError } from './exit-code.js';
import { describeShrinking, findingText, headlineOf, reproductionOf, type Finding } from './finding.js';
import { formatMany } from './format.js';
import { heapChoiceOption, lockstepHeaps, type HeapChoice } from './heaps.js';
import { openInput, readProgram } from './input.js';
import { onInterrupt } from './interrupt.js';
import { checkOutput, writeFileWhole } from './output-file.js';
import { printable, printableLine } from './printable.js';
import { Progress } from './progress.js';
import { jobWorkers } from './job-workers.js';

interface ShrinkOptions {
  readonly heap: HeapChoice;
  readonly output?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

const HELP = `
Takes a program that fails in lockstep, makes it as small as it gets, and proves that by having tried every smaller
step. Without -o the result is printed. After Ctrl-C, or ten minutes, it is the smallest one so far, and the exit
code is 3.

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
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (path: string, options: ShrinkOptions) => {
      const force = options.force === true;
      if (options.output !== undefined) await checkOutput(options.output, { force });
      const program = await readProgram(await openInput(path));
      const { check, divergence } = failureOf(program, options.heap, path);
      const shrunk = await shrinkInWorker(program, divergence, check, commandLine);
      await report(program, { ...shrunk, check }, options, commandLine);
      if (!shrunk.minimal) commandLine.exitCode = EXIT.incomplete;
    });
}

/** How a program fails: compared alone if that shows it, since that is faster, else with its memory checked. */
function failureOf(
  program: Program,
  heaps: HeapChoice,
  path: string,
): { readonly check: Check; readonly divergence: Divergence } {
  for (const memory of [false, true]) {
    const { divergence } = tryProgram(program, { heaps, memory });
    if (divergence) return { check: { heaps, memory }, divergence };
  }
  const names = lockstepHeaps(heaps).map((heap) => heap.name);
  throw usageError(
    `${printableLine(path)} does not fail on ${names.join(' and ')}: only a program that fails can be shrunk`,
  );
}

/** A worker does it, so that Ctrl-C is heard and what there is until then is kept. */
async function shrinkInWorker(
  program: Program,
  divergence: Divergence,
  check: Check,
  { terminal }: CommandLine,
): Promise<Shrunk> {
  const progress = new Progress(terminal);
  let smallest: ShrinkingProgress = { program, runs: 0 };
  const pool = jobWorkers(1, (note) => {
    smallest = note;
    progress.update(() => {
      return `shrinking: ${formatMany(note.program.commands.length, 'command')} after ${formatMany(note.runs, 'run')}`;
    });
  });
  const release = onInterrupt(() => void pool.close());
  try {
    for await (const done of pool.inOrder([{ kind: 'shrink', program, divergence, check }])) {
      if (done.kind === 'result' && done.result.kind === 'shrink') return done.result.value;
      progress.clear();
      terminal.note(done.kind === 'died' ? printable(`shrinking ended early: ${done.why}`) : 'interrupted');
    }
  } finally {
    release();
    progress.clear();
    await pool.close();
  }
  return {
    ...smallest,
    divergence: tryProgram(smallest.program, check).divergence ?? divergence,
    minimal: false,
  };
}

async function report(
  before: Program,
  shrunk: Shrunk & { readonly check: Check },
  options: ShrinkOptions,
  { terminal }: CommandLine,
): Promise<void> {
  const { output, force = false } = options;
  const history = describeShrinking(before, shrunk);
  const finding: Finding = { ...shrunk, history };
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
  terminal.note(history);
  if (output !== undefined) {
    terminal.note(
      `saved: ${printableLine(output)}\nagain: ${printableLine(reproductionOf(finding, output))}`,
    );
  }
}
