import type { Page } from 'playwright-core';
import { Browsers, type Opening } from './browser';
import { type HostApplication, startHostApplication } from '../organizations/host-application';
import { paying } from '../billing/paying';
import { startTestService, type TestService } from '../service/service';
import { type NAMES, seedCast } from './cast';

/** The organization of the page of another application that shows the card. */
const EMBEDDED = 'embedded';

/** Where the views of the page are brought about: the services, an application that embeds the card, and a browser. */
export class Stage {
  readonly browsers = new Browsers();
  private started: { service: TestService; withoutPayments: TestService; host: HostApplication } | undefined;
  private hosted: string | null = null;
  private count = 0;

  async start(): Promise<void> {
    const host = await startHostApplication({
      service: () => this.service.address,
      organization: EMBEDDED,
      token: async () => (this.hosted === null ? null : this.service.token(this.hosted)),
    });
    const service = await startTestService({ environment: { CORS_ORIGINS: host.address } });
    const withoutPayments = await startTestService({ environment: { PAYMENT_PROVIDER: 'none' } });
    this.started = { service, withoutPayments, host };
    await seedCast(service.services, EMBEDDED, 'Northwind');
    await this.browsers.start();
  }

  async close(): Promise<void> {
    await this.browsers.stop();
    await Promise.all([
      this.started?.host.close(),
      this.started?.service.close(),
      this.started?.withoutPayments.close(),
    ]);
  }

  get service(): TestService {
    return this.parts.service;
  }

  /** A service that takes no payments. */
  get withoutPayments(): TestService {
    return this.parts.withoutPayments;
  }

  /** An organization that no other view has anything to do with, and what it does about money. */
  async cast({ name = 'Northwind', service = this.service } = {}) {
    this.count += 1;
    const org = await seedCast(service.services, `northwind-${this.count}`, name);
    return { ...org, money: paying(service.services, service.payer, org.id) };
  }

  /** The Billing page of the organization as the subject sees it. */
  async open(subject: string, organization: string, options: Opening, service = this.service): Promise<Page> {
    const { page } = await this.browsers.as(service, subject, { organization, ...options });
    return page;
  }

  /** The page of another application, on which the subject, or nobody, is signed in. */
  async openEmbedded(subject: keyof typeof NAMES | null, options: Opening): Promise<Page> {
    this.hosted = subject && `${EMBEDDED}-${subject}`;
    const { page } = await this.browsers.window(options);
    await page.goto(this.parts.host.address);
    return page;
  }

  private get parts() {
    if (!this.started) throw new Error('The stage has not been started.');
    return this.started;
  }
}

/** A view or state of the page, and the way there. */
export type View = readonly [name: string, open: (stage: Stage, options: Opening) => Promise<Page>];
