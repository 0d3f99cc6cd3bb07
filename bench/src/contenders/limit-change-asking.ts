import { serveChanges } from './shared/locked-change';

// The limit of a change that asks the database whatever the service asks it too: access before the lock, how full the roster is, open
// requests, and the roster for the answer.

serveChanges({ asksMore: true });
