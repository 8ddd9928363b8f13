import type { ConformanceReport } from '../report.js';
import { headline, nameOf, tellAll, type ReportContext, type Told } from './context.js';
import { escapeLine } from './escape.js';

const COLOURS = { good: '#1a7f46', known: '#9a6700', bad: '#c0362c', open: '#6e7681' } as const;

/** Width of a character, in pixels, at the badge's size of letters: of a typical one, of a slim one, of a broad one. */
const WIDTHS = { typical: 6.6, slim: 3.6, broad: 9.6 } as const;

/** A report as a badge: a small picture, in SVG, of what an implementation conforms to. */
export function badgeSvg(report: ConformanceReport, context: ReportContext = {}): string {
  const told = tellAll(report, context);
  const [colour, words] = judge(told);
  const left = Math.ceil(widthOf('heapspec')) + 20;
  const right = Math.ceil(widthOf(words)) + 20;
  const width = left + right;
  const title = escapeLine(`${nameOf(report)} ${headline(told)}`);
  const label = (text: string, middle: number, room: number): string =>
    `<text x="${middle}" y="14.5" textLength="${room}" lengthAdjust="spacingAndGlyphs">${escapeLine(text)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" viewBox="0 0 ${width} 20" role="img" aria-label="${title}">
  <title>${title}</title>
  <clipPath id="c"><rect width="${width}" height="20" rx="4"/></clipPath>
  <g clip-path="url(#c)">
    <rect width="${left}" height="20" fill="#32383f"/>
    <rect x="${left}" width="${right}" height="20" fill="${colour}"/>
  </g>
  <g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,Geneva,sans-serif" font-size="11">
    ${label('heapspec', left / 2, left - 18)}
    ${label(words, left + right / 2, right - 18)}
  </g>
</svg>
`;
}

function judge(told: Told): readonly [colour: string, words: string] {
  const [colour, words] = judgeConformance(told);
  return [colour, told.words?.badge ?? words];
}

function judgeConformance({ report, judgement }: Told): readonly [colour: string, words: string] {
  const { unlisted, unnamed, mended, unknown, excused } = judgement;
  const failing = unlisted.length + excused.length;
  if (unlisted.length + unnamed.length > 0) {
    return [
      COLOURS.bad,
      failing > 0 ? `${report.profile}: ${failing} failing` : `${report.profile}: failing`,
    ];
  }
  if (mended.length + unknown.length > 0) {
    return [COLOURS.bad, `${report.profile}: known failures out of date`];
  }
  if (report.stopped !== undefined || report.counts.calls === 0) {
    return [COLOURS.open, `${report.profile}: incomplete`];
  }
  if (failing > 0) return [COLOURS.known, `${report.profile}: ${failing} known`];
  return [COLOURS.good, report.profile];
}

function widthOf(text: string): number {
  let width = 0;
  for (const character of text) {
    width += /[ijltfrI.,:;'!|]/.test(character)
      ? WIDTHS.slim
      : /[mwMW@%]/.test(character)
        ? WIDTHS.broad
        : WIDTHS.typical;
  }
  return width;
}
