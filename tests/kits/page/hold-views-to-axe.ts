import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { Stage, type View } from './stage';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const MODES = [
  { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 360, height: 780 } },
] as const;

/** The tests of one file: each of these views, brought about on a stage of their own. */
export function holdViewsToAxe(views: readonly View[]): void {
  const stage = new Stage();

  beforeAll(() => stage.start());
  afterEach(() => stage.browsers.closeWindows());
  afterAll(() => stage.close());

  test.each(views)('%s: axe finds nothing in light and dark, and nothing overflows at 360 px', async (_name, open) => {
    const page = await open(stage, { reducedMotion: 'reduce' });
    // A script element would be refused by the page's policy.
    await page.evaluate(AXE);
    for (const { colorScheme, viewport } of MODES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      await hasChanged(page);
      expect(await faultsOf(page)).toEqual([]);
      const [content, room] = await page.evaluate<[number, number]>(
        '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
      );
      expect(content).toBeLessThanOrEqual(room);
    }
  });
}

/**
 * Resolves once no colour is on its way to another any more: until then axe would measure what nobody sees. What takes its colour from
 * something that changes begins to change itself when that has ended.
 */
async function hasChanged(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    do {
      await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
      await new Promise(requestAnimationFrame);
    } while (document.getAnimations().length > 0);
  })()`);
}

/** What axe finds, in words. */
function faultsOf(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(
    `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ': ' + target.join(' ') + ': ' + failureSummary)))`,
  );
}
