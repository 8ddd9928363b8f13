// A process that stores a campaign's runs as fast as it can, for tests that kill it:
// `node storage-writer.mjs <folder> <runs>`. It says on its standard output what it found, and which runs are stored.
import { writeSync } from 'node:fs';
import { join } from 'node:path';
import { CorpusFolder } from '../dist/esm/fuzzing/corpus-folder.js';
import { Journal } from '../dist/esm/fuzzing/journal.js';
import { takeLane } from '../dist/esm/fuzzing/lanes.js';
import { observationFile } from '../dist/esm/fuzzing/observations.js';
import { RegressionsFolder } from '../dist/esm/fuzzing/regressions-folder.js';
import { parseProgram, printProgram } from '../dist/esm/programs/index.js';

const [folder, most] = process.argv.slice(2);
const say = (message) => writeSync(1, `${JSON.stringify(message)}\n`);

const corpus = CorpusFolder.open(join(folder, 'corpus'));
const regressions = new RegressionsFolder(join(folder, 'regressions'));
const lane = await takeLane(corpus.campaignFolder('seed-1'));
let learned = 0;
const journal = Journal.open(lane, {
  campaign: { seed: 1 },
  saveEvery: 7,
  snapshot: () => learned,
  onProblem: (problem) => say({ problem: problem.message }),
});
const observations = observationFile(join(folder, `observed-${lane.number}.jsonl`));
const { counts, recovered } = journal;
learned = counts.runs;
say({
  lane: lane.number,
  notes: recovered.notes,
  snapshot: recovered.snapshot ?? 0,
  behind: recovered.records.length,
  counts: {
    lastRun: counts.lastRun,
    runs: counts.runs,
    operations: counts.operations,
    features: [...counts.features],
    findings: counts.findings,
  },
});

for (let run = counts.lastRun + 1; run < Number(most); run++) {
  // Commands enough for several writes of the file to be thinkable, and lanes that share no program.
  const program = parseProgram(`${`tick ${lane.number + 1}ns\n`.repeat(20)}tick ${run + 1}ns\n`);
  corpus.add(program);
  const finding = run % 5 === 4;
  if (finding) {
    const unshrunk = regressions.saveUnshrunk(program, () => printProgram(program));
    const shrunk = parseProgram(`tick ${lane.number + 1}ns\ntick ${run + 1}ns`);
    regressions.saveFinal(shrunk, 'tick', () => printProgram(shrunk), unshrunk);
  }
  learned++;
  observations.write(JSON.stringify({ run }));
  journal.append({
    run,
    origin: 'drawn',
    status: finding ? 'failed' : 'passed',
    commands: run,
    operations: run,
    ms: 1,
    features: ['always', `of-${run % 50}`],
    shapes: new Map([['always', 1]]),
    findings: finding ? 1 : 0,
  });
  say({ stored: run });
}
say({ saved: journal.close() });
lane.release();
