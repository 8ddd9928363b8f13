import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of this repository. */
export const REPOSITORY = join(__dirname, '..');

/** The parts of a `package.json` that tests look at. */
export interface Manifest {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** What a `package.json` of this repository says. */
export function manifest(folder = '.'): Manifest {
  return JSON.parse(readFileSync(join(REPOSITORY, folder, 'package.json'), 'utf8')) as Manifest;
}

/**
 * Makes sure that `dist/` is what `src/` says now. Tests can't build: others run what was built at the same time.
 *
 * @throws Error where it is not.
 */
export function checkBuild(): void {
  const built = statSync(join(REPOSITORY, 'dist/cjs/package.json'), { throwIfNoEntry: false });
  const changed = readdirSync(join(REPOSITORY, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .map((name) => statSync(join(REPOSITORY, 'src', name)).mtimeMs);
  if (built === undefined || built.mtimeMs < Math.max(...changed)) {
    throw new Error('dist/ is older than src/: npm run build');
  }
}
