import { describeFound, sayUnseen, type FuzzFinding, type FuzzReport } from '../fuzzing/index.js';
import { renderDivergence, SHAPES } from '../lockstep/index.js';
import { parseProgram } from '../programs/index.js';
import { brokenClauses, headlineOf } from './finding.js';
import { formatCount, formatDuration, formatMany, formatRate } from './format.js';
import { printable, printableLine } from './printable.js';
import { layOutTable } from './table.js';
import type { Colours, Terminal } from './terminal.js';

/** Shapes that are named as the rarest. */
const RAREST = 5;

/** Files that are named of those that were ignored. */
const MOST_IGNORED = 5;

/** What a run of a campaign did and found, for a person: the findings, what ran, and the line that goes on. */
export function renderFuzzing(report: FuzzReport, { colours }: Pick<Terminal, 'colours'>): string {
  return [
    ...report.findings.map((finding) => `${colours.red('FOUND')} ${renderFound(finding)}`),
    renderCounts(report, colours),
    renderKnowledge(report),
    renderVerdict(report, colours),
  ].join('\n\n');
}

/** A finding, complete by itself. */
function renderFound(finding: FuzzFinding): string {
  const { divergence, program: text = '', file, reproduction, picture, occurrences } = finding;
  const program = parseProgram(text);
  return [
    printableLine(headlineOf({ divergence })),
    ...brokenClauses(program, finding.breakdown === undefined ? divergence : undefined),
    printableLine(historyOf(finding)),
    ...(occurrences > 1 ? [`seen ${formatCount(occurrences)} times`] : []),
    '',
    printable(renderDivergence(program, divergence)).trimEnd(),
    '',
    ...picture.map(printable),
    file === undefined
      ? 'It could not be saved to a file: keep the program above.'
      : `saved: ${printableLine(file)}`,
    `again: ${printableLine(reproduction)}`,
  ].join('\n');
}

/** Where a finding is from and what was done to it, in words. */
function historyOf(finding: FuzzFinding): string {
  const { from, foundCommands, program = '', shrinkRuns, minimal, unshrunk } = finding;
  const origin = describeFound(from);
  const early = unshrunk === undefined ? '' : `: ${unshrunk}`;
  if (shrinkRuns === 0) {
    return from.kind === 'regression' && unshrunk === undefined ? origin : `${origin}, not shrunk${early}`;
  }
  const commands = parseProgram(program).commands.length;
  const proof = minimal ? 'proven minimal' : 'not proven minimal';
  const shrunk = `shrunk from ${formatCount(foundCommands)} to ${formatMany(commands, 'command')}`;
  return `${origin}, ${shrunk} in ${formatMany(shrinkRuns, 'run')}, ${proof}${early}`;
}

function renderCounts(report: FuzzReport, colours: Colours): string {
  const { counts, campaign, corpus, jobs, milliseconds, declaration, seed, shard, guided } = report;
  const { operations, work } = counts;
  const before = campaign.runs - counts.drawn - counts.mutated;
  const grown = `${formatMany(corpus.entries, 'program')}, ${formatCount(corpus.commands)} commands`;
  const change = `${formatCount(corpus.before)} before, ${formatCount(corpus.added)} added, ${formatCount(corpus.removed)} removed`;
  const rows = [
    ['heaps', printableLine(declaration.name)],
    [
      'campaign',
      `seed ${seed}${shard.count === 1 ? '' : `, shard ${shard.index} of ${shard.count}`}${guided ? '' : ', unguided'}`,
    ],
    ['regressions', formatCount(counts.regressions)],
    ['corpus, run again', formatCount(counts.corpus)],
    [
      'new programs',
      `${formatCount(counts.drawn)} drawn, ${formatCount(counts.mutated)} made of others${before > 0 ? `; ${formatCount(before)} in runs before` : ''}`,
    ],
    [
      'operations',
      `${formatCount(operations)}, ${formatRate(operations, milliseconds)}, ${formatRate(operations, work)} a core`,
    ],
    ['time', `${formatDuration(milliseconds)} on ${formatMany(jobs, 'core')}`],
    ['corpus', `${grown} (${change})`],
    ...(report.canary === undefined ? [] : [['canary', printableLine(report.canary.story)]]),
    ['shapes', describeShapes(report)],
  ];
  return layOutTable(rows.map(([name, value]) => [colours.dim(name), value])).join('\n');
}

function describeShapes({ shapes }: FuzzReport): string {
  const reached = Object.entries(shapes).filter(([, times]) => times > 0);
  const rarest = reached
    .sort(([, a], [, b]) => a - b)
    .slice(0, RAREST)
    .map(([name, times]) => `${name} × ${formatCount(times)}`);
  const told = rarest.length === 0 ? '' : `; rarest: ${rarest.join(', ')}`;
  return `${formatCount(reached.length)} of ${SHAPES.length} reached${told}`;
}

/** What is not known yet, and what was found in the folders besides. */
function renderKnowledge({ unseen, corpus, notes }: FuzzReport): string {
  const { ignored, ignoredCount } = corpus;
  const named = ignored
    .slice(0, MOST_IGNORED)
    .map(({ file, why }) => `  ${printableLine(file)}: ${printableLine(why)}`);
  const left = ignoredCount - named.length;
  return [
    sayUnseen(unseen.shapes, 'shapes'),
    sayUnseen(unseen.features),
    ...(ignoredCount === 0
      ? []
      : [`${formatMany(ignoredCount, 'file')} in the corpus folder left alone:`, ...named]),
    ...(left > 0 ? [`  and ${formatCount(left)} more`] : []),
    ...notes.map(printableLine),
  ].join('\n');
}

function renderVerdict(report: FuzzReport, colours: Colours): string {
  const { findings, troubles, unreadable, goesOn, counts } = report;
  const programs = counts.regressions + counts.corpus + counts.drawn + counts.mutated;
  const verdict =
    findings.length > 0
      ? colours.red(formatMany(findings.length, 'finding'))
      : troubles.length + unreadable.length > 0
        ? colours.yellow('incomplete')
        : colours.green('nothing found');
  return [
    ...unreadable.map((problem) => `${colours.red('unreadable:')} ${printableLine(problem)}`),
    ...troubles.map((trouble) => `${colours.yellow('incomplete:')} ${printableLine(trouble)}`),
    `${verdict}: ${formatMany(programs, 'program')}, ${formatMany(counts.operations, 'operation')}`,
    `goes on: ${printableLine(goesOn)}`,
  ].join('\n');
}
