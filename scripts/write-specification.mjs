// Writes docs/specification from the clauses, as they are built in dist/esm.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { specificationPages } from '../dist/esm/conformance/index.js';

const folder = fileURLToPath(new URL('../docs/specification', import.meta.url));
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of specificationPages()) writeFileSync(join(folder, name), text);
