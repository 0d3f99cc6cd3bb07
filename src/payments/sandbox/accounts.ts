import { CustomerGone } from '../payment-faults';
import type { SandboxAccount } from './account';
import { bringUpTo, isBehind } from './renewals';
import type { SandboxRecords } from './sandbox-records';

export interface Accounts {
  /** The customer's time, in whole seconds, which is what periods and proration count in. */
  now(customerId: string | null): Promise<number>;
  /** Asks about the account as it is now. `ask` changes nothing. */
  look<T>(customerId: string, ask: (account: SandboxAccount, now: number) => T): Promise<T>;
  /** As `look`. Null if nobody has made the customer. */
  seek<T>(customerId: string, ask: (account: SandboxAccount, now: number) => T): Promise<T | null>;
  /** Changes the account, which is brought up to date first. `work` may run again, on the account as it then is. */
  change<T>(customerId: string, work: (account: SandboxAccount, now: number) => T): Promise<T>;
}

/** The account, of a customer who is there. Throws `CustomerGone`. */
export function present(account: SandboxAccount): SandboxAccount {
  if (account.isGone) throw new CustomerGone();
  return account;
}

/** The customers' documents, read and changed at their own times. An unknown customer is an error. */
export function openAccounts(records: SandboxRecords, clock: () => number): Accounts {
  const timeOf = ({ clockAhead }: { readonly clockAhead: number }) => Math.floor((clock() + clockAhead) / 1000) * 1000;

  const change: Accounts['change'] = (customerId, work) =>
    records.change(customerId, (body) => {
      const account = parsed(customerId, body);
      const now = timeOf(account);
      bringUpTo(account, now);
      const result = work(account, now);
      return { body: JSON.stringify(account), result };
    });

  const seek: Accounts['seek'] = async (customerId, ask) => {
    const body = await records.read(customerId);
    if (body === null) return null;
    const account = parsed(customerId, body);
    const now = timeOf(account);
    return isBehind(account, now) ? change(customerId, ask) : ask(account, now);
  };

  return {
    now: async (customerId) => {
      const account = customerId === null ? null : parsed(customerId, await records.read(customerId));
      return timeOf(account === null || account.isGone ? { clockAhead: 0 } : account);
    },
    look: async (customerId, ask) => {
      const found = await seek(customerId, (account, now) => ({ answer: ask(account, now) }));
      return (found ?? unknown(customerId)).answer;
    },
    seek,
    change,
  };
}

function parsed(customerId: string, body: string | null): SandboxAccount {
  return body === null ? unknown(customerId) : (JSON.parse(body) as SandboxAccount);
}

function unknown(customerId: string): never {
  throw new Error(`The sandbox has no customer ${customerId}.`);
}
