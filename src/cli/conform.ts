import { Command, Option } from 'commander';
import {
  checkConformance,
  LEVELS,
  PROFILES,
  type ConformanceFinding,
  type Level,
  type Profile,
} from '../conformance/index.js';
import { parseProgram, type Program } from '../programs/index.js';
import type { CommandLine } from './command-line.js';
import {
  addReportOptions,
  conformExitCode,
  prepareReports,
  tellReports,
  type ReportOptions,
} from './conform-reports.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { findingFileName } from './finding.js';
import { argumentsFor, foreignHeap } from './foreign-heap.js';
import { formatMany } from './format.js';
import { openInput, readProgram } from './input.js';
import { onInterrupt } from './interrupt.js';
import { durationOption, integerOption } from './options.js';
import { writeFileWhole } from './output-file.js';
import { printableLine } from './printable.js';
import { Progress } from './progress.js';

interface ConformOptions extends ReportOptions {
  readonly profile?: Profile;
  readonly level?: Level;
  readonly runs?: number;
  /** In ms. */
  readonly time?: number;
  readonly seed?: number;
  /** In ms. */
  readonly timeout: number;
  readonly program?: readonly string[];
  readonly validate?: boolean;
  readonly json?: boolean;
}

const MOST_RUNS = 10_000_000;
const MOST_SEED = 0x7fffffff;

const HELP = `
Holds a heap to the specification, whatever it is written in: a program that speaks JSON lines, or a WebAssembly
module. docs/conformance.md says how either is asked, and what it must answer. What fails is made small by running it
on the heap itself, and saved in the working directory.

Ends with 0: it conforms, or fails only what is known to fail; 1: it does not, or what is known to fail passes; 2: wrong
usage, or there is no such program; 3: interrupted. docs/conformance/reports.md says what is in each report, and how known
failures are written.

Examples:
  $ heapspec conform -- ./my-heap --flag
  $ heapspec conform --profile safety --time 1m -- python3 my_heap.py
  $ heapspec conform my-heap.wasm
  $ heapspec conform --report html=report.html --report junit=junit.xml --known known.json -- ./my-heap

--json prints one object:
  {declaration, profile, level, seed, counts, clauses, findings, stopped, conforms}`;

/** The command `heapspec conform`. */
export function conformCommand(commandLine: CommandLine): Command {
  const command = new Command('conform')
    .description('hold any heap, in any language, to the specification')
    .argument('<heap...>', 'a WebAssembly module, or behind -- a program and its arguments')
    .addOption(new Option('--profile <name>', 'hold it to less than it claims').choices(PROFILES))
    .addOption(new Option('--level <name>', 'ask for fewer operations than it has').choices(LEVELS))
    .addOption(
      new Option('--runs <n>', 'generated programs, at most (default: 300)').argParser(
        integerOption(0, MOST_RUNS),
      ),
    )
    .addOption(new Option('--time <duration>', 'begin no program after it').argParser(durationOption))
    .addOption(
      new Option('--seed <n>', 'of the generated programs (default: 1)').argParser(
        integerOption(0, MOST_SEED),
      ),
    )
    .addOption(
      new Option('--timeout <duration>', 'a heap that does not answer within it hangs')
        .argParser(durationOption)
        .default(10_000, '10s'),
    )
    .option('--program <file...>', 'run these programs instead of all others')
    .option('--validate', 'check each message, of both sides, against its schema')
    .option('--json', 'print one JSON object instead');
  return addReportOptions(command)
    .addHelpText('after', HELP)
    .action(async (heap: readonly string[], options: ConformOptions) => {
      commandLine.exitCode = await conform(heap, options, commandLine);
    });
}

async function conform(
  heap: readonly string[],
  options: ConformOptions,
  commandLine: CommandLine,
): Promise<ExitCode> {
  const { terminal } = commandLine;
  const implementation = foreignHeap(heap, { ...options, validate: options.validate === true });
  const programs = options.program && (await readPrograms(options.program));
  const known = await prepareReports(options);
  const progress = new Progress(terminal);
  const interrupt = new AbortController();
  const release = onInterrupt(() => {
    interrupt.abort();
    void implementation.stop();
  });
  try {
    const { profile, level, runs, time, seed } = options;
    const report = await checkConformance(implementation, {
      ...(profile !== undefined && { profile }),
      ...(level !== undefined && { level }),
      ...(time !== undefined && { time, runs: MOST_RUNS }),
      ...(runs !== undefined && { runs }),
      ...(seed !== undefined && { seed }),
      ...(programs && { programs }),
      signal: interrupt.signal,
      reproduce: (finding) => reproduction(finding.program, heap, options),
      onProgress: ({ programs: count, calls, findings, doing }) =>
        progress.update(() =>
          printableLine(
            `${formatMany(count, 'program')}, ${formatMany(calls, 'call')}, ${formatMany(findings, 'finding')}: ${doing}`,
          ),
        ),
    });
    progress.clear();
    if (options.json === true) terminal.printJson(report);
    else await saveAll(report.findings);
    const interrupted = interrupt.signal.aborted;
    const judgedBy = await tellReports(report, options, { known, implementation, terminal, interrupted });
    return interrupted ? EXIT.incomplete : conformExitCode(report, judgedBy);
  } finally {
    release();
    progress.clear();
    await implementation.stop();
  }
}

async function readPrograms(paths: readonly string[]): Promise<Program[]> {
  const programs: Program[] = [];
  for (const path of paths) programs.push(await readProgram(await openInput(path)));
  return programs;
}

function reproduction(
  program: string | undefined,
  heap: readonly string[],
  { profile, level, timeout }: ConformOptions,
): string {
  const file = program === undefined ? [] : ['--program', fileOf(program)];
  const options = [
    ...file,
    ...(profile === undefined ? [] : ['--profile', profile]),
    ...(level === undefined ? [] : ['--level', level]),
    ...(timeout === 10_000 ? [] : ['--timeout', `${timeout}ms`]),
  ];
  return `npx heapspec conform ${argumentsFor(heap, options)}`;
}

function fileOf(program: string): string {
  return findingFileName(parseProgram(program));
}

async function saveAll(findings: readonly ConformanceFinding[]): Promise<void> {
  for (const { program } of findings) {
    if (program === undefined) continue;
    await writeFileWhole(fileOf(program), { force: true }, (write) => write(Buffer.from(program)));
  }
}
