import { createHash } from 'node:crypto';
import type { ConformanceFinding, ConformanceReport, Verdict } from '../report.js';
import { VERDICTS } from '../verdicts.js';
import {
  describeShrinking,
  formatCount,
  headline,
  many,
  messageOf,
  nameOf,
  originOf,
  tellAll,
  type ReportContext,
  type Told,
  type ToldClause,
} from './context.js';
import { escapeLine, escapeText, scriptJson } from './escape.js';
import { describeDifference } from './moment.js';
import { readPageScript, readPageStyle } from './page-files.js';

/**
 * A report as one page of HTML that needs nothing else: the findings, each with the heap through its program, and the
 * table of clauses. Its policy lets a browser run this page's own script and nothing else, and load nothing.
 */
export function htmlPage(report: ConformanceReport, context: ReportContext = {}): string {
  const told = tellAll(report, context);
  const script = readPageScript();
  const style = readPageStyle();
  const timeLines = [...(context.timeLines ?? [])].filter(([index]) => index in report.findings);
  const title = escapeLine(
    `${nameOf(report)}: ${told.words === undefined ? 'conformance to' : `${told.words.subject} by`} heapspec`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src '${hashOf(script)}'; style-src '${hashOf(style)}'; base-uri 'none'; form-action 'none'">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<a class="skip" href="#clauses">Skip to the clauses</a>
<header class="top wrap">
${renderTop(told, context)}
</header>
<main class="wrap">
${renderFindings(told, new Set(timeLines.map(([index]) => index)))}
${renderClauses(told)}
</main>
<footer class="wrap">Written by heapspec${context.version === undefined ? '' : ` ${escapeLine(context.version)}`}. This page works offline and loads nothing.</footer>
<script type="application/json" id="time-lines">${scriptJson(timeLines)}</script>
<script>${script}</script>
</body>
</html>
`;
}

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function renderTop(told: Told, { version }: ReportContext): string {
  const { report, judgement, words } = told;
  const { declaration, profile, level, seed, counts } = report;
  const isWrong = judgement.unlisted.length + judgement.unnamed.length > 0;
  const kind = judgement.acceptable
    ? 'passing'
    : isWrong || report.stopped === undefined
      ? 'failing'
      : 'open';
  const facts: readonly (readonly [string, string])[] = words?.facts ?? [
    ['profile', profile],
    ['level', level],
    ['examples', formatCount(counts.examples)],
    ['recordings', formatCount(counts.traces)],
    ['generated programs', formatCount(counts.generated)],
    ['calls', formatCount(counts.calls)],
    ['states', formatCount(counts.states)],
    ['seed', String(seed)],
  ];
  const named = declaration.version === undefined ? '' : ` <small>${escapeLine(declaration.version)}</small>`;
  return [
    `<p class="brand">heapspec${version === undefined ? '' : ` ${escapeLine(version)}`} · ${escapeLine(words?.subject ?? 'conformance')}</p>`,
    `<h1>${escapeLine(declaration.name)}${named}</h1>`,
    `<p class="headline ${kind}">${escapeLine(headline(told))}</p>`,
    renderBar(told),
    `<dl class="facts">${facts.map(([name, value]) => `<div><dt>${escapeLine(name)}</dt><dd>${escapeLine(value)}</dd></div>`).join('')}</dl>`,
    ...(words?.remarks ?? []).map((remark) => `<p class="about">${escapeText(remark)}</p>`),
  ].join('\n');
}

/** How many clauses have each verdict, as a bar. */
function renderBar({ verdicts }: Told): string {
  const all = [...verdicts.values()].reduce((sum, count) => sum + count, 0);
  if (all === 0) return '';
  let from = 0;
  const parts = [...verdicts].map(([verdict, count]) => {
    const x = (from / all) * 1000;
    from += count;
    return `<rect class="${VERDICTS[verdict].comesTo}" x="${x.toFixed(2)}" width="${((count / all) * 1000).toFixed(2)}" height="10"/>`;
  });
  const words = [...verdicts].map(([verdict, count]) => `${count} ${VERDICTS[verdict].name}`).join(', ');
  return `<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="Clauses: ${escapeLine(words)}">${parts.join('')}</svg>`;
}

function renderFindings(told: Told, withTimeLine: ReadonlySet<number>): string {
  const { findings } = told.report;
  const body =
    findings.length === 0
      ? '<p>Nothing was found.</p>'
      : findings.map((_finding, index) => renderFinding(told, index, withTimeLine.has(index))).join('\n');
  return `<section id="findings" aria-labelledby="findings-title">\n<h2 id="findings-title">Findings</h2>\n${body}\n</section>`;
}

function renderFinding(told: Told, index: number, hasTimeLine: boolean): string {
  const finding = told.report.findings[index];
  const { clauses, occurrences, program, reproduction, breakdown, divergence } = finding;
  const chips = clauses.map(
    (clause) => `<li><a class="chip" href="#${escapeLine(anchorOf(clause))}">${escapeLine(clause)}</a></li>`,
  );
  const times = occurrences > 1 ? `, found ${many(occurrences, 'time')}` : '';
  const kind = breakdown?.kind ?? divergence.kind;
  return [
    `<article class="card finding" id="finding-${index}" aria-labelledby="finding-title-${index}">`,
    `<h3 id="finding-title-${index}"><span class="count">${index + 1}</span> ${escapeText(messageOf(finding))}</h3>`,
    chips.length > 0
      ? `<ul class="chips" aria-label="Clauses">${chips.join('')}</ul>`
      : '<p class="about">No clause speaks of this.</p>',
    `<p class="about">${escapeLine(`${kind}, from ${originOf(told, index)}, ${describeShrinking(finding)}${times}`)}</p>`,
    hasTimeLine ? `<div class="time-line" id="time-line-${index}" hidden></div>` : renderDifferences(finding),
    ...(program === undefined
      ? []
      : [
          `<details class="program"><summary>The program</summary><pre tabindex="0">${escapeText(program)}</pre></details>`,
        ]),
    `<p class="again">To see it again<code>${escapeLine(reproduction)}</code></p>`,
    '</article>',
  ].join('\n');
}

function renderDifferences({ divergence }: ConformanceFinding): string {
  if (divergence.differences.length === 0) return '';
  const rows = divergence.differences.map((difference) => {
    const [path, expected, actual] = describeDifference(difference).map(escapeLine);
    return `<tr><th scope="row"><code>${path}</code></th><td><code>${expected}</code></td><td><code>${actual}</code></td></tr>`;
  });
  return `<div class="callout"><table class="differences"><thead><tr><th scope="col">where</th><th scope="col">expected</th><th scope="col">actual</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
}

function renderClauses({ clauses, verdicts }: Told): string {
  return `<section id="clauses" aria-labelledby="clauses-title">
<h2 id="clauses-title">Clauses</h2>
<div class="filter" id="filter" role="search" hidden>
<input id="words" type="search" placeholder="Filter by words" aria-label="Filter the clauses by words" autocomplete="off" spellcheck="false">
${[...verdicts].map(([verdict, count]) => renderFilterButton(verdict, count)).join('\n')}
<span id="shown" role="status"></span>
</div>
<div class="card scroll" tabindex="0" role="region" aria-labelledby="clauses-title">
<table class="clauses" id="clause-table">
<thead><tr><th scope="col">verdict</th><th scope="col">clause</th><th scope="col">what it says</th><th scope="col">profile</th><th scope="col">source</th></tr></thead>
<tbody>
${clauses.map(renderClause).join('\n')}
</tbody>
</table>
</div>
</section>`;
}

function renderFilterButton(verdict: Verdict, count: number): string {
  const { name, meaning } = VERDICTS[verdict];
  return `<button type="button" data-verdict="${verdict}" aria-pressed="false" title="${escapeLine(meaning)}">${name} ${count}</button>`;
}

function renderClause({ clause, verdict, findings, known, text }: ToldClause): string {
  const { name, comesTo, meaning } = VERDICTS[verdict];
  const links = findings.map((index) => `<a href="#finding-${index}">finding ${index + 1}</a>`).join(', ');
  const about = [text === undefined ? '' : escapeText(text.text), links]
    .filter((part) => part !== '')
    .join(' ');
  const detail = text?.level === 'detail' ? ' · detail' : '';
  return [
    `<tr id="${escapeLine(anchorOf(clause))}" data-verdict="${verdict}">`,
    `<td><span class="verdict ${comesTo}" title="${escapeLine(meaning)}">${name}</span></td>`,
    `<th scope="row">${escapeLine(clause)}</th>`,
    `<td>${about}${known === undefined ? '' : renderKnown(known)}</td>`,
    `<td class="source">${text === undefined ? '' : `${text.profile}${detail}`}</td>`,
    `<td class="source">${text === undefined ? '' : escapeLine(text.source)}</td>`,
    '</tr>',
  ].join('');
}

function renderKnown({ reason, link }: NonNullable<ToldClause['known']>): string {
  const more =
    link !== undefined && /^https?:\/\//i.test(link)
      ? ` <a href="${escapeLine(link)}" rel="noreferrer noopener">more</a>`
      : '';
  return `<span class="known">Known failure: ${escapeText(reason)}${more}</span>`;
}

/** What links to a clause's row: an id has no spaces, whatever a report may hold. */
function anchorOf(clause: string): string {
  return `clause-${clause.replaceAll(/[^\w.-]/g, '_')}`;
}
