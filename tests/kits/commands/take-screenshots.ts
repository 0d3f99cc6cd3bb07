import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { launchChromium } from '../page/chromium';
import { startDemo } from '../service/demo';

const FOLDER = resolve(__dirname, '../../../docs/pictures');

interface Picture {
  readonly file: string;
  readonly who: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

/** The pictures of the README. JPEG's blur does text no good, and WebP is not what a browser's screenshot can be. */
const PICTURES: readonly Picture[] = [
  { file: 'owner.png', who: 'Owner', width: 1200, height: 960, colorScheme: 'light' },
  { file: 'read-only.png', who: 'Member without access', width: 1200, height: 760, colorScheme: 'light' },
  { file: 'dark.png', who: 'Owner', width: 1200, height: 960, colorScheme: 'dark' },
  { file: 'narrow.png', who: 'Billing admin', width: 390, height: 844, colorScheme: 'light' },
];

async function main(): Promise<void> {
  const demo = await startDemo();
  const browser = await launchChromium();
  try {
    for (const { file, who, width, height, colorScheme } of PICTURES) {
      const page = await browser.newPage({
        viewport: { width, height },
        colorScheme,
        reducedMotion: 'reduce',
        locale: 'en-GB',
      });
      await page.goto(demo.link(who));
      await isWhole(page);
      await page.screenshot({ path: join(FOLDER, file) });
      console.log(`docs/pictures/${file}: ${who}, ${colorScheme}, ${width} px wide`);
      await page.close();
    }
  } finally {
    await browser.close();
    await demo.close();
  }
}

async function isWhole(page: Page): Promise<void> {
  await page.locator('.connection[data-state="live"]').waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate('document.fonts.ready.then(() => true)');
}

void main();
