// Prints how many tests passed and failed, from the file that `jest --json` wrote. Fails if any failed or none passed.
import { readFileSync } from 'node:fs';

const run = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const passed = run.numPassedTests;
// A file that could not even be loaded counts as one failure.
const failed = run.numFailedTests + run.numRuntimeErrorTestSuites;
const skipped = run.numPendingTests + run.numTodoTests;

console.log(`heapspec: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
