import { Command, Option } from 'commander';
import type { CommandLine } from './command-line.js';
import { heapChoiceOption, listFaults, type HeapChoice } from './heaps.js';
import { durationOption, integerOption, timeoutOption } from './options.js';
import { MOST_SEED, someSeed } from './seeds.js';
import { DEFAULT_RUNS } from './verification.js';
import { renderVerification, verificationJson } from './verify-report.js';
import { VerifyRun } from './verify-run.js';

interface VerifyOptions {
  readonly seed?: number;
  readonly runs?: number;
  readonly time?: number;
  /** In ms. */
  readonly timeout: number;
  readonly jobs?: number;
  readonly heap: HeapChoice;
  readonly json?: boolean;
}

const HELP = `
It replays the recordings of the real heap, runs the workloads of real programs, makes sure that the planted faults
of the canaries are found, and runs generated programs on the heaps in lockstep: after each operation outcomes, effects and
statistics must be equal, and now and then whole states; invariants must hold; a part of the programs has all memory
checked too. A finding is shrunk, saved in the working directory as heapspec-finding-<hash>.heap, and printed with the
line that reproduces it; a heap that loops for ever is one too. The n-th program depends on the seed and n alone: the
same seed is the same run on any machine.

Ends with 0: all well; 1: a finding; 2: wrong usage; 3: the verification itself is incomplete, since it was
interrupted, a canary was not found, or (in a run of the default length or longer) a required shape was not reached.

Examples:
  $ heapspec verify                      the default: less than a minute on two cores
  $ heapspec verify --time 10m           as many programs as fit in ten minutes
  $ heapspec verify --seed 7 --runs 500  the same 500 programs at every call
  $ heapspec verify --heap canary        what a finding looks like

Faults that --heap fault:NAME plants in the optimized heap, and runs beside the reference (docs/faults.md):
${listFaults()}

--json prints one object:
  {seed, ok, exitCode, milliseconds, golden: [{file, heap, operations, mismatch}],
   workloads: [{file, heap, events, cycles, differences, lost}], canaries: [{canary, hunt, found, story}],
   programs: {count, withMemory, operations}, shapes: {name: count}, unreached: [{name, what, required}],
   findings: [{file, reproduce, history, commands, program, divergence}], troubles: [text], reproduce}`;

/** The command `heapspec verify`. */
export function verifyCommand(commandLine: CommandLine): Command {
  return new Command('verify')
    .description('check the heaps against recordings of the real one, and against each other')
    .addOption(new Option('--seed <n>', 'seed of the run').argParser(integerOption(0, MOST_SEED)))
    .addOption(
      new Option('--runs <n>', `generated programs (default: ${DEFAULT_RUNS})`).argParser(
        integerOption(1, 1e9),
      ),
    )
    .addOption(
      new Option('--time <duration>', 'as many programs as fit, such as 30s, 10m, 2h')
        .argParser(durationOption)
        .conflicts('runs'),
    )
    .addOption(heapChoiceOption())
    .addOption(timeoutOption())
    .addOption(new Option('--jobs <n>', 'threads (default: one a core)').argParser(integerOption(1, 256)))
    .option('--json', 'print one JSON object instead')
    .addHelpText('after', HELP)
    .action(async (options: VerifyOptions) => {
      const { terminal, ci } = commandLine;
      const { seed = someSeed(ci), heap, timeout } = options;
      const run = new VerifyRun(terminal, { ...options, seed, heaps: heap, patience: timeout });
      const verification = await run.run();
      if (options.json === true) terminal.printJson(verificationJson(verification));
      else terminal.print(renderVerification(verification, terminal));
      commandLine.exitCode = verification.exitCode();
    });
}
