import { CLAUSES } from '../../conformance/index.js';
import { tellFinding } from '../../conformance/reports/tell-finding.js';
import { printable, printableLine } from '../../conformance/printable.js';
import { describeFound } from '../describe-finding.js';
import { formatCount, formatMany } from '../format.js';
import type { FuzzFinding } from '../report.js';
import {
  factsOf,
  programsOf,
  SHARD_COLUMNS,
  shardRows,
  unseenTold,
  verdictOf,
  type AnyReport,
} from './facts.js';

/** Findings that are told in full; of the others only what is wrong. A job summary of GitHub has at most 1 MiB. */
const MOST_IN_FULL = 10;

/** Characters of what is told of one finding. */
const LONGEST_BODY = 20_000;

/** Sentences of each kind that are told. */
const MOST_SENTENCES = 20;

/** A report as Markdown, for the summary of a job: what ran, what was not seen yet, and the findings. */
export function markdown(report: AnyReport): string {
  const { findings, troubles, unreadable, notes } = report;
  return [
    `## heapspec fuzzing: ${verdictOf(report)}`,
    ...sentences('Incomplete', troubles),
    ...sentences('Unreadable', unreadable),
    `${formatMany(programsOf(report), 'program')}, ${formatCount(report.counts.operations)} operations, by heapspec ${inline(report.heapspec)}.`,
    table(
      ['', ''],
      factsOf(report).map(([name, value]) => [name, inline(value)]),
    ),
    ...(report.kind === 'merged' ? [table(SHARD_COLUMNS, shardRows(report))] : []),
    unseenTold(report).join('\n\n'),
    ...sentences('Note', notes),
    ...findings.map((finding, index) => tell(finding, index)),
    ...(report.kind === 'run' ? [`It goes on with ${code(report.goesOn)}.`] : []),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

function tell(finding: FuzzFinding, index: number): string {
  const { clauses, breakdown, divergence, from, occurrences, reproduction, minimal, file } = finding;
  const [first, ...others] = clauses;
  const text = first === undefined ? undefined : CLAUSES.find(({ id }) => id === first)?.text;
  const title = `### ${index + 1}. ${first === undefined ? 'No clause speaks of this' : inline(first)}`;
  if (index >= MOST_IN_FULL) return `${title}\n\n${code(breakdown?.message ?? divergence.message)}`;
  const told = [
    inline(breakdown?.kind ?? divergence.kind),
    `from ${inline(describeFound(from))}`,
    minimal ? 'proven minimal' : 'not proven minimal',
    ...(occurrences > 1 ? [`seen ${formatCount(occurrences)} times`] : []),
  ];
  return [
    title,
    ...(text === undefined ? [] : [`> ${inline(text)}`]),
    `${told.join(', ')}.${others.length === 0 ? '' : ` Or it breaks ${others.map(inline).join(', ')}.`}`,
    fence([...(breakdown === undefined ? [] : [breakdown.message]), tellFinding(finding)].join('\n\n')),
    ...(finding.picture.length === 0
      ? []
      : [
          `<details><summary>The heap before and after</summary>\n\n${fence(finding.picture.join('\n'))}\n\n</details>`,
        ]),
    ...(file === undefined ? [] : [`Saved as ${code(file)}.`]),
    `Again: ${code(reproduction)}`,
  ].join('\n\n');
}

function sentences(what: string, said: readonly string[]): string[] {
  if (said.length === 0) return [];
  const shown = said.slice(0, MOST_SENTENCES).map((one) => `- **${what}:** ${inline(one)}`);
  const left = said.length - shown.length;
  return [[...shown, ...(left > 0 ? [`- and ${formatCount(left)} more`] : [])].join('\n')];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/**
 * Text in the midst of a line that stays text, in a table too: what Markdown or HTML would take for more is escaped, and
 * what GitHub would make a link of.
 */
function inline(text: string): string {
  return printableLine(text)
    .replaceAll(
      /[&<>"'\\`*_[\]|~#@]|(?<=:)\/(?=\/)|(?<=www)\./gi,
      (character) => `&#${character.charCodeAt(0)};`,
    )
    .trim();
}

/** Text of one line as code. */
function code(text: string): string {
  return `<code>${inline(text)}</code>`;
}

/** Lines as they are, whatever stands in them. */
function fence(text: string): string {
  const lines = printable(text);
  const shown = lines.length > LONGEST_BODY ? `${lines.slice(0, LONGEST_BODY)}\n… and more` : lines;
  const longest = Math.max(2, ...[...shown.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}text\n${shown.trimEnd()}\n${ticks}`;
}
