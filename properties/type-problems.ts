import { join } from 'node:path';
import ts from 'typescript';
import { REPOSITORY } from './repository.js';

/**
 * What keeps a value from having a type: a sentence for each problem, names that the type does not have among them.
 *
 * @param type - Its name, in the package `from`.
 */
export function typeProblems(value: unknown, type: string, from: string): string[] {
  const file = join(REPOSITORY, 'properties/value.ts');
  const source = `import type { ${type} } from '${from}';\nexport const value: ${type} = ${JSON.stringify(value)};\n`;
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const files = ts.createCompilerHost(options);
  const host: ts.CompilerHost = {
    ...files,
    getSourceFile: (name, ...rest) =>
      name === file
        ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2023)
        : files.getSourceFile(name, ...rest),
    fileExists: (name) => name === file || files.fileExists(name),
    readFile: (name) => (name === file ? source : files.readFile(name)),
  };
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
