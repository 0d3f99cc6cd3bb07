import { serveChanges } from './shared/locked-change';

// The limit of a change that asks the database whatever the service asks it too: access before the lock, how full the roster is, and
// for open requests.

serveChanges({ asksMore: true });
