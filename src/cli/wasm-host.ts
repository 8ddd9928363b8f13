import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { serveConformance, WasmImplementation } from '../conformance/index.js';

// Lets the WebAssembly module that its argument names be run from another process.
const [path] = process.argv.slice(2);
await serveConformance(
  new WasmImplementation(basename(path), readFileSync(path)),
  process.stdin,
  process.stdout,
);
