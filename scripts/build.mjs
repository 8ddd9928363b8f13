// Builds dist/esm and dist/cjs from nothing, both at once. Silent unless something is wrong.
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Runs the compiler on one project and resolves with its exit code. */
const compile = (project) =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [tsc, '--project', project], { stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });

rmSync('dist', { recursive: true, force: true });
const codes = await Promise.all(['tsconfig.esm.json', 'tsconfig.cjs.json'].map(compile));
if (codes.some((code) => code !== 0)) process.exit(1);

// The package is one of ES modules; this tells Node that what lies in dist/cjs is not.
mkdirSync('dist/cjs', { recursive: true });
writeFileSync('dist/cjs/package.json', '{ "type": "commonjs" }\n');

const main = 'dist/esm/cli/main.js';
if (!readFileSync(main, 'utf8').startsWith('#!/usr/bin/env node\n')) {
  throw new Error(`${main} must begin with the line "#!/usr/bin/env node" to be run as a command`);
}
chmodSync(main, 0o755);
