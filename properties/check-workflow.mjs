// Reads a workflow of GitHub Actions from a file as GitHub does, and prints what is wrong with it: a JSON array of sentences.
// A process of its own, since the parser has to be bundled first: it imports JSON as Node does not.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';

const [file] = process.argv.slice(2);

const { outputFiles } = await build({
  stdin: {
    contents: "export * from '@actions/workflow-parser';",
    resolveDir: new URL('.', import.meta.url).pathname,
  },
  bundle: true,
  format: 'cjs',
  platform: 'node',
  write: false,
});
const module = { exports: {} };
compileFunction(outputFiles[0].text, ['module', 'require'])(module, createRequire(import.meta.url));
const parser = module.exports;

const { context, value } = parser.parseWorkflow(
  { name: file, content: readFileSync(file, 'utf8') },
  new parser.NoOperationTraceWriter(),
);
if (value !== undefined) await parser.convertWorkflowTemplate(context, value);
console.log(JSON.stringify(context.errors.getErrors().map(({ message }) => message)));
