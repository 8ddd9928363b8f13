// Packs the package as it would be published and has publint and attw judge the tarball.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** Runs a command of this package's own tools; returns whether it succeeded. */
const succeeds = (command, ...args) =>
  spawnSync('npm', ['exec', '--offline', '--', command, ...args], { stdio: 'inherit' }).status === 0;

const folder = mkdtempSync(join(tmpdir(), 'heapspec-package-'));
try {
  const packed = spawnSync('npm', ['pack', '--silent', '--pack-destination', folder], { stdio: 'inherit' });
  if (packed.status !== 0) throw new Error('npm pack failed');
  const tarball = join(folder, readdirSync(folder)[0]);
  const clean = [succeeds('publint', 'run', tarball, '--strict'), succeeds('attw', tarball)];
  process.exitCode = clean.every(Boolean) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true });
}
