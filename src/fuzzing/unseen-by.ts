import { isShape } from './features.js';
import { estimateUnseen } from './good-turing.js';
import type { FuzzSummary, Incidence } from './report.js';

/** What was not seen yet by programs that showed features so often: of shapes alone, and of all features. */
export function unseenBy({ programs, features }: Incidence): FuzzSummary['unseen'] {
  const counts = Object.entries(features);
  const shapes = counts.filter(([feature]) => isShape(feature));
  return {
    shapes: estimateUnseen(
      programs,
      shapes.map(([, count]) => count),
    ),
    features: estimateUnseen(
      programs,
      counts.map(([, count]) => count),
    ),
  };
}
