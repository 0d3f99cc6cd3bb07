// Has to come before Monaco: it tells Monaco where its workers are, and here they come from our own origin.
import 'graphiql/setup-workers/vite';
// The styles one by one, because graphiql/style.css carries two fonts as `data:` addresses and Monaco's own styles once more.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { tabStorage } from '../session/tab-storage';
import { takeTokenFromLink } from '../session/take-token-from-link';
import { demoTabs } from './demo-tabs';
import { GraphiQLPage } from './graphiql-page';
import { openingTabs, presentToken } from './opening-tabs';
import { tokenToSignIn } from './token-to-sign-in';
import { withoutImagePreview } from './without-image-preview';

const own = demoTabs(document);
// Links sign in where this is the demo, which prints them. Elsewhere a link counts for nothing.
const isDemo = own.length > 0;
const linked = takeTokenFromLink(window);
const storage = tabStorage(() => window.sessionStorage);
const token = isDemo && linked !== null ? await tokenToSignIn(window, linked, presentToken(storage)) : undefined;

// A signed-in link that is opened in the window that shows this page already changes the fragment and loads nothing. A fresh
// start leaves nothing of the former identity behind, neither in an editor nor in an open subscription.
window.addEventListener('hashchange', () => {
  if (isDemo && window.location.hash.includes('token=')) window.location.reload();
  else takeTokenFromLink(window);
});

withoutImagePreview();

const root = document.getElementById('graphiql');
if (root) createRoot(root).render(<GraphiQLPage {...openingTabs(storage, own, token)} />);
