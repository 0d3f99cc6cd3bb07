import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium';
import type { TestService } from '../service/service';

/**
 * How long something may take to be seen, in milliseconds: a bound for what would otherwise hang. It is a little less than what
 * Jest gives a test, so that the failure says what was waited for.
 */
const MOST_WAIT = 110_000;

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, and what a policy refused. */
  readonly complaints: string[];
}

export interface Opening extends BrowserContextOptions {
  /** Of the page's address. */
  readonly organization?: string;
  readonly token?: string;
}

/**
 * A browser for the tests of one file, with one tab for each person. What the page keeps, it keeps in its tab. The tabs of all tests
 * share one window of the browser, which stays open: a window of its own for each costs as much processor time as the page.
 */
export class Browsers {
  private browser: Browser | undefined;
  private readonly contexts = new Map<string, { readonly context: BrowserContext; readonly keptOpen: Page }>();

  async start(): Promise<void> {
    this.browser = await launchChromium();
  }

  /** Closes the tabs of one test. */
  async closeWindows(): Promise<void> {
    for (const { context, keptOpen } of this.contexts.values()) {
      const tabs = context.pages().filter((page) => page !== keptOpen);
      await Promise.all(tabs.map((page) => page.close()));
      await context.setOffline(false);
    }
  }

  async stop(): Promise<void> {
    await this.closeWindows();
    await this.browser?.close();
  }

  /** An empty tab. */
  async window(options: BrowserContextOptions = {}): Promise<OpenPage> {
    const context = await this.contextWith(options);
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    return { page, complaints };
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

  private async contextWith(options: BrowserContextOptions): Promise<BrowserContext> {
    if (!this.browser) throw new Error('The browser has not been started.');
    const key = JSON.stringify(options);
    const open = this.contexts.get(key);
    if (open) return open.context;
    const context = await this.browser.newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options });
    context.setDefaultTimeout(MOST_WAIT);
    this.contexts.set(key, { context, keptOpen: await context.newPage() });
    return context;
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

interface FocusedElement {
  readonly textContent: string | null;
  readonly shadowRoot: { readonly activeElement: FocusedElement | null } | null;
}

/**
 * Resolves once the focus is on something whose text begins so, also in a shadow tree; by default on anything but the whole page. A text in
 * place of the function would be evaluated again at each look, which the page's policy refuses.
 */
export const hasFocus = (page: Page, text = '') =>
  page.waitForFunction((start: string) => {
    const { document } = globalThis as unknown as {
      readonly document: { readonly activeElement: FocusedElement | null; readonly body: unknown };
    };
    let element = document.activeElement;
    if (element === document.body) return false;
    while (element && element.shadowRoot && element.shadowRoot.activeElement)
      element = element.shadowRoot.activeElement;
    return element !== null && (element.textContent || '').startsWith(start);
  }, text);
