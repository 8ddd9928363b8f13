import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext } from 'playwright-core';

/** Where Debian's package has its browser, unless a variable names another one. */
const CHROMIUM = process.env.HEAPSPEC_CHROMIUM ?? '/usr/bin/chromium';

/** The variable that says, with the value 1, that tests in a browser are to be left out. */
const WITHOUT = 'HEAPSPEC_WITHOUT_BROWSER';

/** A browser under way that knows nothing of any other, and can reach no network. */
export interface TestBrowser {
  readonly context: BrowserContext;
  close(): Promise<void>;
}

/** Whether tests in a browser are to be left out, as a variable says. */
export function leavesBrowsersOut(): boolean {
  return process.env[WITHOUT] === '1';
}

/**
 * Starts Debian's chromium, without a window.
 *
 * @throws Error where it is not installed: the message says how to install it, and how to do without.
 */
export async function startBrowser(): Promise<TestBrowser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error(
      `there is no browser at ${CHROMIUM}: install Debian's (apt-get install chromium), or name another Chromium in ` +
        `HEAPSPEC_CHROMIUM, or leave its tests out with ${WITHOUT}=1`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), 'heapspec-browser-'));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: CHROMIUM,
    headless: true,
    offline: true,
    viewport: { width: 1280, height: 900 },
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return {
    context,
    close: async () => {
      await context.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Says once, where it can be seen, that tests in a browser are left out. */
export function tellLeftOut(): void {
  process.stderr.write(`The tests in a browser are left out, since ${WITHOUT}=1.\n`);
}
