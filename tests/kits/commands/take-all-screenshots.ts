import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { BILLING_VIEWS } from '../page/billing-views';
import { FRAME_VIEWS } from '../page/frame-views';
import { ROSTER_VIEWS } from '../page/roster-views';
import { Stage } from '../page/stage';

/** Looked at and thrown away; the repository ignores it. */
const FOLDER = resolve(__dirname, '../../../dist/screenshots');

const GROUPS = { roster: ROSTER_VIEWS, billing: BILLING_VIEWS, frame: FRAME_VIEWS };

const SIZES = [
  { colorScheme: 'light', width: 1440, height: 900 },
  { colorScheme: 'dark', width: 1440, height: 900 },
  { colorScheme: 'light', width: 800, height: 900 },
  { colorScheme: 'light', width: 360, height: 780 },
  { colorScheme: 'dark', width: 360, height: 780 },
] as const;

/** Every view and state of the page, in light and dark, narrow and wide, for somebody to look at. */
async function main(): Promise<void> {
  const [wanted = ''] = process.argv.slice(2);
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const stage = new Stage();
  await stage.start();
  try {
    for (const [group, views] of Object.entries(GROUPS))
      for (const [index, [name, open]] of views.entries()) {
        if (!`${group} ${name}`.includes(wanted)) continue;
        const file = `${group}-${String(index + 1).padStart(2, '0')}`;
        try {
          const page = await open(stage, { reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
          for (const size of SIZES) await takePicture(page, file, size);
          console.log(`${file}: ${name}`);
        } catch (error) {
          // The other pictures are worth having.
          console.error(`${file}: ${name}: ${String(error)}`);
          process.exitCode = 1;
        }
        await stage.browsers.closeWindows();
      }
  } finally {
    await stage.close();
  }
}

async function takePicture(
  page: Page,
  file: string,
  { colorScheme, width, height }: (typeof SIZES)[number],
): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height });
  await page.evaluate(
    'document.fonts.ready.then(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))))',
  );
  // What stands above the page stands where the window ends.
  const isAbove = (await page.locator('dialog[open], .notice[data-open]').count()) > 0;
  await writeFile(join(FOLDER, `${file}-${width}-${colorScheme}.png`), await pictureAtRest(page, !isAbove));
}

/** Once the colours have been changed, the browser draws some of them later than others. */
async function pictureAtRest(page: Page, fullPage: boolean): Promise<Buffer> {
  let last = await page.screenshot({ fullPage });
  for (let tries = 0; tries < 10; tries++) {
    const next = await page.screenshot({ fullPage });
    if (next.equals(last)) return next;
    last = next;
  }
  return last;
}

void main();
