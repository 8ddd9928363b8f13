import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The folder above this module, whether as source, in `dist/esm` or in `dist/cjs`, that holds `file`.
 *
 * @throws Error where there is none, because the module was moved out of its package, by a bundler for instance.
 */
export function folderThatHolds(file: string): string {
  const own = ownFolder();
  for (let folder = own; ; folder = dirname(folder)) {
    if (existsSync(join(folder, file))) return folder;
    if (dirname(folder) === folder) throw new Error(`no ${file} in ${own} or any folder above it`);
  }
}

/**
 * Where this module lies. Asked of the stack, since there is no expression for it that is valid in an ES module
 * (`import.meta.url`) as well as in a CommonJS module (`__dirname`), and this source becomes both.
 */
function ownFolder(): string {
  // eslint-disable-next-line @typescript-eslint/unbound-method -- put back as it was, never called
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_error, calls) => calls[0].getFileName() ?? '';
    const file: unknown = new Error().stack;
    if (typeof file !== 'string' || file === '') throw new TypeError('the stack does not tell its files');
    return dirname(file.startsWith('file:') ? fileURLToPath(file) : file);
  } finally {
    Object.assign(Error, { prepareStackTrace, stackTraceLimit });
  }
}
