// Runs the benchmarks on the built library: `npm run bench -- [--only NAME]… [--json]`.
import { build } from 'esbuild';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const outfile = new URL('../dist/bench.mjs', import.meta.url);

await build({
  entryPoints: [new URL('main.ts', import.meta.url).pathname],
  outfile: outfile.pathname,
  bundle: true,
  // The library stays outside, so that what is measured is what users get.
  packages: 'external',
  // For the editor tsconfig.json leads from the library's name to its source.
  tsconfigRaw: {},
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
});
// The memory benchmark counts what is left after a collection.
setFlagsFromString('--expose-gc');
globalThis.gc = runInNewContext('gc');
await import(outfile.href);
