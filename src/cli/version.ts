import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderThatHolds } from '../traces/package-folder.js';

const FILE = 'package.json';

/** The version of this package. */
export function version(): string {
  const manifest = JSON.parse(readFileSync(join(folderThatHolds(FILE), FILE), 'utf8')) as { version: string };
  return manifest.version;
}
