import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONFIG_NAMES } from '../../spec/index.js';
import { COMMAND_FIELDS, COMMAND_NAMES } from '../command-fields.js';
import { HOST_NAMES } from '../host-script.js';
import { isProgram } from '../is-program.js';
import { parseProgram } from './parse-program.js';
import { printProgram } from './print-program.js';

const document = readFileSync(join(__dirname, '../../../docs/program-text.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...document.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter((block) => block[1] === language)
    .map((block) => block[2]);

test('the programs in the document are programs', () => {
  const texts = blocks('heap');
  assert.equal(texts.length, 3);
  for (const text of texts) {
    const program = parseProgram(text);
    assert.ok(isProgram(program));
    assert.deepEqual(parseProgram(printProgram(program)), program);
  }
});

test('the document shows each command the way it is printed', () => {
  const shown = [...document.matchAll(/^\| `([^`|]+)` \|/gm)].map((row) => row[1]);
  const made = 's1 = alloc 1\no5 = malloc 1\n';
  const commands = shown.filter((line) =>
    COMMAND_NAMES.some((name) => line.replace(/^\w+ = /, '').split(' ')[0] === name),
  );
  assert.equal(commands.length, COMMAND_NAMES.length);
  for (const command of commands) {
    const text = / = /.test(command) ? command : made + command;
    const printed = printProgram(parseProgram(text)).trimEnd().split('\n').slice(-1)[0];
    assert.equal(printed, command.replace('300s', '5m'));
  }
});

test('the grammar knows every word', () => {
  const [grammar] = blocks('ebnf');
  const fields = Object.values(COMMAND_FIELDS).flat();
  const words = fields.flatMap((field) => [
    ...('word' in field ? [field.word] : []),
    ...('yes' in field ? [field.yes, field.no] : []),
  ]);
  for (const word of ['config', 'host', 'or', 'nil', 'fatal', ...COMMAND_NAMES, ...words]) {
    assert.ok(grammar.includes(`"${word}"`), word);
  }
  for (const setting of [...CONFIG_NAMES, ...HOST_NAMES]) {
    assert.ok(document.includes(`\`${setting}\``), setting);
  }
});

test('the error in the document is the one that is given', () => {
  const [error] = blocks('text');
  const text = '\n\n s12 = alloc 50 larg';
  assert.throws(() => parseProgram(text, { file: 'double-free.heap' }), { message: error.trim() });
});
