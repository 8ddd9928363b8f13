import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fateOf, parseIdentity, printIdentity, thisProcess } from './process-identity.js';

const self = thisProcess();

test('this process is alive, and another one with its number is not it', () => {
  expect(fateOf(self)).toBe('alive');
  expect(fateOf({ ...self, start: '1' })).toBe('gone');
});

test('a container has its own process 1', () => {
  expect(fateOf({ place: '00000000', pid: 1, start: '1' })).toBe('elsewhere');
});

test('a process is gone when it was killed, though nobody asked yet how it ended', async () => {
  // The child prints its number; it is then a zombie until its parent, which sleeps, has ended.
  const script = 'setTimeout(() => process.kill(process.pid, "SIGKILL"), 300)';
  const parent = spawn('sh', ['-c', `${process.execPath} -e '${script}' & echo $!; exec sleep 10`]);
  const [bytes] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(bytes.toString());
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const child = { ...self, pid, start: stat[19] };
  expect(fateOf(child)).toBe('alive');
  while (fateOf(child) === 'alive') await new Promise((resolve) => setTimeout(resolve, 20));
  expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z ');
  expect(fateOf(child)).toBe('gone');
  parent.kill('SIGKILL');
});

test('an identity is read as it was printed, and nothing else is', () => {
  expect(parseIdentity(printIdentity(self))).toEqual(self);
  for (const text of [
    '',
    'x',
    `${printIdentity(self)} `,
    '0123456789-1-1',
    '01234567--1-1',
    '01234567-0-1',
  ]) {
    expect(parseIdentity(text)).toBeUndefined();
  }
});
