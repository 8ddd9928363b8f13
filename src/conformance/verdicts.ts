import type { Verdict } from './report.js';

/** How a verdict is named for people, and what it comes to. */
interface VerdictNote {
  readonly name: string;
  /** Whether the implementation is wrong, is right, or was not judged. */
  readonly comesTo: 'failing' | 'passing' | 'open';
  /** What it means, in a sentence. */
  readonly meaning: string;
}

/** Every verdict, the worst first. */
export const VERDICTS: Readonly<Record<Verdict, VerdictNote>> = {
  failed: { name: 'failed', comesTo: 'failing', meaning: 'A finding names the clause.' },
  crashed: { name: 'crashed', comesTo: 'failing', meaning: 'The implementation crashed over its example.' },
  'timed-out': { name: 'timed out', comesTo: 'failing', meaning: 'Its example was not answered in time.' },
  nonsense: { name: 'nonsense', comesTo: 'failing', meaning: 'Its example was answered with no answer.' },
  flood: { name: 'flood', comesTo: 'failing', meaning: 'Its example was answered without end.' },
  closed: { name: 'closed', comesTo: 'failing', meaning: 'The connection was closed over its example.' },
  'wrong-version': {
    name: 'wrong version',
    comesTo: 'failing',
    meaning: 'The implementation speaks another version of the protocol.',
  },
  'not-exercised': { name: 'not exercised', comesTo: 'open', meaning: 'Its example did not come that far.' },
  unsupported: { name: 'unsupported', comesTo: 'open', meaning: 'The implementation does not claim it.' },
  passed: { name: 'passed', comesTo: 'passing', meaning: 'Its example ran, and no finding names it.' },
};

/** All verdicts, the worst first. */
export const VERDICT_NAMES = Object.keys(VERDICTS) as readonly Verdict[];

/** Whether an implementation is wrong where a clause has this verdict. */
export function isFailing(verdict: Verdict): boolean {
  return VERDICTS[verdict].comesTo === 'failing';
}
