import { backEndToken } from './billing-admins.ts';

// A token of this back end, to try the service by hand: `npm run --silent token -- access:read`.
console.log(await backEndToken(process.argv.slice(2).join(' ')));
