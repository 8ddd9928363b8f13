import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderThatHolds } from '../../traces/package-folder.js';

const FOLDER = 'src/conformance/reports/page';

/** The parts of the page's script: each may use what those before it export. */
const SCRIPTS = ['dom.js', 'page-map.js', 'viewer.js', 'page.js'] as const;

const STYLES = ['theme.css', 'page.css', 'time-line.css'] as const;

/**
 * The script of the page. Its parts are modules for whoever reads and checks them; a page that was opened as a file
 * can't load modules, so they become one script here.
 */
export function readPageScript(): string {
  const parts = SCRIPTS.map((name) =>
    read(name)
      .replaceAll(/^import [^;]*;\n/gm, '')
      .replaceAll(/^export /gm, ''),
  );
  return `(() => {\n'use strict';\n${parts.join('\n')}})();\n`;
}

/** The style of the page. */
export function readPageStyle(): string {
  return STYLES.map(read).join('\n');
}

/** The package has these files as they are in its source; a browser reads every line end as a line feed. */
function read(name: string): string {
  const file = join(FOLDER, name);
  return readFileSync(join(folderThatHolds(file), file), 'utf8').replaceAll('\r\n', '\n');
}
