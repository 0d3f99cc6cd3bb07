import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { webBuildFolder } from '../../../src/server/package-folder';
import { launchChromium } from '../page/chromium';
import { startDemo } from '../service/demo';

/** Most that may be loaded, in kilobytes (1,000 bytes) as they come over the wire. */
const FIRST_VIEW = 150;
const CARD = 60;

interface Figures {
  readonly scripts: number;
  readonly others: number;
  readonly largestPaint: number;
  readonly layoutShift: number;
}

/** The scripts that a page asks for until it is idle, but for the chart, which is asked for by what comes after the first view. */
async function measure(link: string): Promise<Figures> {
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.addInitScript(`
    window.figures = { paint: 0, shift: 0 };
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) figures.paint = entry.startTime; })
      .observe({ type: 'largest-contentful-paint', buffered: true });
    new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) figures.shift += entry.value; })
      .observe({ type: 'layout-shift', buffered: true });
  `);
  await page.goto(link);
  await page.locator('.connection[data-state="live"]').waitFor();
  await page.waitForLoadState('networkidle');
  const figures = await page.evaluate<{
    paint: number;
    shift: number;
    resources: { name: string; encodedBodySize: number }[];
  }>(
    `({ ...figures, resources: performance.getEntriesByType('resource').map(({ name, encodedBodySize }) => ({ name, encodedBodySize })) })`,
  );
  await browser.close();
  const size = (matches: (name: string) => boolean) =>
    figures.resources
      .filter(({ name }) => matches(name))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1_000;
  const isChart = (name: string) => name.includes('/usage-chart');
  return {
    scripts: size((name) => name.endsWith('.js') && !isChart(name)),
    others: size((name) => isChart(name)),
    largestPaint: figures.paint,
    layoutShift: figures.shift,
  };
}

async function main(): Promise<void> {
  const demo = await startDemo();
  try {
    const { scripts, others, largestPaint, layoutShift } = await measure(demo.link('Owner'));
    const card = readFileSync(join(webBuildFolder(), 'card', 'billing-admins-card.js.br')).length / 1_000;
    const line = (what: string, value: string, most = '') =>
      console.log(`${what.padEnd(44)}${value.padStart(10)}  ${most}`);
    line('first view, scripts as they come', `${scripts.toFixed(1)} kB`, `at most ${FIRST_VIEW} kB`);
    line('loaded after it, the chart', `${others.toFixed(1)} kB`);
    line('the card for other pages', `${card.toFixed(1)} kB`, `at most ${CARD} kB`);
    line('largest paint, on this machine', `${Math.round(largestPaint)} ms`);
    line('layout shift', layoutShift.toFixed(3));
    if (scripts > FIRST_VIEW || card > CARD) {
      console.error('That is more than the budget.');
      process.exitCode = 1;
    }
  } finally {
    await demo.close();
  }
}

void main();
