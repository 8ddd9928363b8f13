// An implementation that does nothing, or something odd: `node odd.mjs <oddity> [file for process ids]`.
import { spawn } from 'node:child_process';
import { appendFileSync, closeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const [oddity, pids] = process.argv.slice(2);
if (pids !== undefined) appendFileSync(pids, `${process.pid}\n`);

const write = (text) => process.stdout.write(text);
const send = (message) => write(`${JSON.stringify(message)}\n`);

function started() {
  return { type: 'started', protocol: 1, name: 'odd', profile: 'safety', level: 'pages' };
}

function child(options) {
  const { pid } = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], {
    stdio: 'inherit',
    ...options,
  });
  if (pids !== undefined) appendFileSync(pids, `${pid}\n`);
}

/** Starts a process that leaves our session, and whose parent ends as soon as it is there. */
function orphan() {
  const idle = ['-e', 'setInterval(() => {}, 1000)'];
  const options = { detached: true, stdio: 'inherit' };
  const text = `
    const { pid } = require('node:child_process').spawn(process.execPath, ${JSON.stringify(idle)}, ${JSON.stringify(options)});
    require('node:fs').appendFileSync(${JSON.stringify(pids)}, pid + '\\n');
    process.exit();
  `;
  return spawn(process.execPath, ['-e', text], options);
}

function flood(bytes) {
  const part = 'x'.repeat(2 ** 20);
  let left = bytes;
  const more = () => {
    while (left > 0) {
      left -= part.length;
      if (!write(part)) {
        process.stdout.once('drain', more);
        return;
      }
    }
    write('\n');
  };
  more();
}

const START = {
  'wrong-version': () => send({ ...started(), protocol: 2 }),
  'dies-at-start': () => {
    console.error('no heap today');
    process.exit(7);
  },
  'escapes-in-name': () => send({ ...started(), name: 'odd \u001b[31mred\u001b[2J' }),
};

const RUN = {
  dies: () => {
    console.error('out of ideas \u001b[31m');
    process.exit(3);
  },
  'kills-itself': () => process.kill(process.pid, 'SIGSEGV'),
  never: () => undefined,
  late: (ran) => setTimeout(() => send(ran), 3000),
  twice: (ran) => write(`${JSON.stringify(ran)}\n`.repeat(2)),
  'in-halves': (ran) => {
    const text = `${JSON.stringify(ran)}\n`;
    write(text.slice(0, text.length / 2));
    setTimeout(() => write(text.slice(text.length / 2)), 30);
  },
  floods: () => flood(100 * 2 ** 20),
  nan: (ran) =>
    write(
      `${JSON.stringify({ ...ran, answers: ran.answers.map(() => ({ ret: 0 })) }).replaceAll(':0}', ':NaN}')}\n`,
    ),
  infinite: (ran) =>
    write(
      `${JSON.stringify({ ...ran, answers: ran.answers.map(() => ({ stats: { heap_sys: 0 } })) }).replaceAll(':0}', ':1e999}')}\n`,
    ),
  pollutes: (ran) =>
    write(`${JSON.stringify({ ...ran, x: 0 }).replace('"x":0', '"__proto__":{"polluted":true}')}\n`),
  'other-batch': (ran) => send({ ...ran, batch: ran.batch + 1 }),
  'too-few': (ran) => send({ ...ran, answers: [] }),
  'no-json': () => write('Segmentation fault\n'),
  'no-utf8': () => process.stdout.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a])),
  deep: () => write(`${'['.repeat(10 ** 6)}\n`),
  closes: () => closeSync(1),
  forks: () => {
    child({});
    process.exit(0);
  },
  'forks-away': () => child({ detached: true }),
  orphans: () => orphan(),
  'orphans-and-dies': () => orphan().on('exit', () => process.exit(0)),
  'orphans-and-answers': (ran) => orphan().on('exit', () => send(ran)),
  stubborn: () => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => undefined);
  },
  'tells-all': (ran) => {
    const { argv, env } = process;
    send({ ...ran, answers: [{ throw: JSON.stringify({ argv, env, cwd: process.cwd() }) }] });
  },
  escapes: (ran) => send({ ...ran, answers: ran.answers.map(() => ({ throw: '\u001b[2J\u202egone' })) }),
  'extra-key': (ran) => send({ ...ran, answers: ran.answers.map(() => ({ note: 'hello' })) }),
};

createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line);
  if (message.type === 'start') (START[oddity] ?? (() => send(started())))();
  if (message.type === 'run') {
    const ran = { type: 'ran', batch: message.batch, answers: message.calls.map(() => ({})) };
    (RUN[oddity] ?? send)(ran);
  }
  if (message.type === 'stop' && oddity !== 'stays') process.exit(0);
});
if (oddity === 'stays') setInterval(() => undefined, 1000);
