import type { FuzzReport } from '../fuzzing/index.js';
import type { MergedCorpus, MergedRegressions } from '../fuzzing/merging/index.js';
import { formatCount, formatMany } from './format.js';
import { printableLine } from './printable.js';
import type { Terminal } from './terminal.js';

/** Files that are named of those that were left alone. */
const MOST_NAMED = 5;

/** What became of the folders of several machines. */
export interface MergedFolders {
  readonly corpus: MergedCorpus;
  readonly regressions: MergedRegressions;
}

/**
 * Tells what became of the folders, for a person.
 *
 * @param minimised - What came of running the corpus to make it small, where it was.
 */
export function renderMergedFolders(
  { corpus, regressions }: MergedFolders,
  minimised: FuzzReport | undefined,
  { colours }: Pick<Terminal, 'colours'>,
): string {
  const { leftAlone, leftAloneCount } = corpus;
  const named = leftAlone
    .slice(0, MOST_NAMED)
    .map(({ file, why }) => `  ${printableLine(file)}: ${printableLine(why)}`);
  const outdone =
    regressions.leftOut === 0
      ? ''
      : `, ${formatCount(regressions.leftOut)} left out, since smaller ones show the same`;
  return [
    `${printableLine(corpus.folder)}: ${formatMany(corpus.programs, 'program')}, ${formatCount(corpus.added)} of them new`,
    ...(minimised === undefined
      ? []
      : [`  ${formatCount(minimised.corpus.removed)} taken away, which showed nothing of their own`]),
    `${printableLine(regressions.folder)}: ${formatMany(regressions.programs, 'program')}, ${formatCount(regressions.added)} of them new${outdone}`,
    ...(leftAloneCount === 0 ? [] : [`${formatMany(leftAloneCount, 'file')} left alone:`, ...named]),
    ...regressions.unreadable.map((problem) => `${colours.red('unreadable:')} ${printableLine(problem)}`),
  ].join('\n');
}
