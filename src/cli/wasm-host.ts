import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { BreakdownError, serveConformance, WasmImplementation } from '../conformance/index.js';

// Lets the WebAssembly module that its argument names be run from another process.
const [path] = process.argv.slice(2);
try {
  await serveConformance(
    new WasmImplementation(basename(path), readFileSync(path)),
    process.stdin,
    process.stdout,
  );
} catch (error) {
  // Where it was that this noticed tells nothing of the module.
  if (!(error instanceof BreakdownError)) throw error;
  process.stderr.write(error.message, () => process.exit(1));
}
