import { createElement } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { connectLive, type Live } from '../live/connect-live';
import { createApi } from '../live/create-api';
import { createServiceClock } from '../live/service-clock';
import { asToken } from '../session/as-token';
import { createSession } from '../session/session';
import { cardStyles } from './card-styles';
import { EmbeddedCard } from './embedded-card';

/** The host application's way to a token of its user; null where nobody is signed in. */
type GetToken = () => string | null | Promise<string | null>;

/**
 * Where this script came from is where the service is. A classic script can tell, and only while it runs. An element of the page with
 * the name `currentScript` hides the property (DOM clobbering), and tokens would go to its address.
 */
const SCRIPT = document.currentScript instanceof HTMLScriptElement ? document.currentScript.src : undefined;

/**
 * `<billing-admins-card organization="…">`: the Billing admins card in another application's page. The page gives it a function
 * `getToken`, which is asked at first and whenever a token has ended.
 */
export class BillingAdminsCardElement extends HTMLElement {
  static readonly observedAttributes = ['organization', 'service'];

  #getToken: GetToken | null = null;
  #root: Root | null = null;
  #live: Live | null = null;

  get getToken(): GetToken | null {
    return this.#getToken;
  }

  set getToken(getToken: GetToken | null) {
    this.#getToken = getToken;
    this.#start();
  }

  connectedCallback(): void {
    this.#takeEarlyProperty();
    this.#start();
  }

  disconnectedCallback(): void {
    // An element that is only moved within its page is back before this runs.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before !== after) this.#start();
  }

  /** Starts over for another organization or another person. */
  #start(): void {
    const organizationId = this.getAttribute('organization');
    const getToken = this.#getToken;
    this.#stop();
    if (!this.isConnected || !organizationId || !getToken) return;

    const shadow = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    shadow.adoptedStyleSheets = [cardStyles()];
    const url = new URL('/graphql', this.getAttribute('service') ?? SCRIPT ?? document.baseURI);
    const clock = createServiceClock();
    const session = createSession({
      initial: null,
      source: async () => asToken(await getToken(), 'getToken has to give a token, or null where nobody is signed in'),
      now: clock.now,
      onAnotherPerson: () => this.#start(),
    });
    const api = createApi(url.href, session, clock);
    this.#live = connectLive(url.href.replace(/^http/, 'ws'), session);
    this.#root = createRoot(shadow);
    this.#root.render(
      createElement(EmbeddedCard, {
        key: organizationId,
        api,
        live: this.#live,
        session,
        now: clock.now,
        organizationId,
        root: shadow,
      }),
    );
  }

  #stop(): void {
    this.#root?.unmount();
    this.#live?.close();
    this.#root = null;
    this.#live = null;
  }

  /** What the page has set before this script was there stands on the element and hides the setter. */
  #takeEarlyProperty(): void {
    if (!Object.hasOwn(this, 'getToken')) return;
    const early = this.getToken;
    delete (this as { getToken?: unknown }).getToken;
    this.#getToken = early;
  }
}
