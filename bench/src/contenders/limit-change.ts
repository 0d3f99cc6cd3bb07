import { serveChanges } from './shared/locked-change';

// The limit of a change: the locked transaction, and nothing else.

serveChanges({ asksMore: false });
