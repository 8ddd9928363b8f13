import type { ConformanceReport } from '../report.js';
import { tellAll, type ReportContext } from './context.js';
import { printableJson } from './escape.js';

/**
 * A report as JSON lines, each an object with its `kind`: one `run`, a `clause` for each clause, a `finding` for each
 * finding, and one `end`, without which the file is not whole. Where a difference has no `expected` or no `actual`, there
 * is nothing on that side.
 */
export function jsonLines(report: ConformanceReport, context: ReportContext = {}): string {
  const { clauses, judgement } = tellAll(report, context);
  const { declaration, profile, level, seed, counts, findings, stopped, conforms } = report;
  const { acceptable, unlisted, unnamed, mended, unknown, excused } = judgement;
  const ids = (failures: readonly { readonly clause: string }[]): string[] =>
    failures.map(({ clause }) => clause);
  const lines = [
    { kind: 'run', format: 1, heapspec: context.version, declaration, profile, level, seed },
    ...clauses.map(({ clause, verdict, findings: indexes, known, text }) => ({
      kind: 'clause',
      clause,
      verdict,
      findings: indexes,
      ...(text !== undefined && {
        text: text.text,
        source: text.source,
        level: text.level,
        profile: text.profile,
      }),
      ...(known !== undefined && { known: { reason: known.reason, link: known.link } }),
    })),
    ...findings.map((finding, index) => ({ kind: 'finding', index, ...finding })),
    {
      kind: 'end',
      counts,
      conforms,
      acceptable,
      stopped,
      unlisted,
      unnamed,
      mended: ids(mended),
      unknown: ids(unknown),
      excused: ids(excused),
    },
  ];
  return lines.map((line) => `${printableJson(line)}\n`).join('');
}
