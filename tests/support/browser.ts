import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium';
import type { TestService } from './service';

/**
 * How long something may take to be seen, in milliseconds: a bound for what would otherwise hang. It is a little less than what
 * Jest gives a test, so that the failure says what was waited for.
 */
const MOST_WAIT = 110_000;

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, and what a policy refused. */
  readonly complaints: string[];
  close(): Promise<void>;
}

export interface Opening extends BrowserContextOptions {
  /** Of the page's address. */
  readonly organization?: string;
  readonly token?: string;
}

/** A browser for the tests of one file, with one window (and its own storage) for each person. */
export class Browsers {
  private browser: Browser | undefined;
  private readonly open: OpenPage[] = [];

  async start(): Promise<void> {
    this.browser = await launchChromium();
  }

  /** Closes the windows of one test. */
  async closeWindows(): Promise<void> {
    await Promise.all(this.open.splice(0).map((window) => window.close()));
  }

  async stop(): Promise<void> {
    await this.closeWindows();
    await this.browser?.close();
  }

  /** An empty window. */
  async window(options: BrowserContextOptions = {}): Promise<OpenPage> {
    if (!this.browser) throw new Error('The browser has not been started.');
    const context = await this.browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
    context.setDefaultTimeout(MOST_WAIT);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    const opened = { page, complaints, close: () => context.close() };
    this.open.push(opened);
    return opened;
  }

  /** The Billing page as the subject sees it, signed in by a link. */
  async as(
    service: TestService,
    subject: string,
    { organization, token, ...options }: Opening = {},
  ): Promise<OpenPage> {
    const opened = await this.window(options);
    const query = organization === undefined ? '' : `?organization=${organization}`;
    await opened.page.goto(`${service.address}/${query}#token=${token ?? (await service.token(subject))}`);
    await opened.page.getByRole('heading', { level: 1 }).waitFor();
    return opened;
  }
}

/** Marks the page, to find out afterwards that it is still the same one. */
export const mark = (page: Page) => page.evaluate('window.marked = true');
export const isMarked = (page: Page) => page.evaluate('window.marked === true');

/** The page is connected, so that what happens from now on arrives by itself. */
export const isLive = (page: Page) => page.locator('.connection[data-state="live"]').waitFor();

/** The card as a person finds it. */
export const rosterOf = (page: Page) => page.getByRole('region', { name: 'Billing admins', exact: true });
export const adminsOf = (page: Page) => page.getByRole('list', { name: 'Billing admins' }).getByRole('listitem');

/** Keeps the first of these mutations on its way; resolves, once it has been sent, with what lets it go. */
export function holdMutation(page: Page, name: string): Promise<() => void> {
  let isHeld = false;
  return new Promise((resolve) => {
    void page.route('**/graphql', async (route) => {
      if (!isHeld && route.request().postData()?.includes(`mutation ${name}`)) {
        isHeld = true;
        await new Promise<void>((go) => resolve(go));
      }
      return route.continue();
    });
  });
}
