// Has to come before Monaco: it tells Monaco where its workers are, and here they come from our own origin.
import 'graphiql/setup-workers/vite';
// The styles one by one, because graphiql/style.css carries two fonts as `data:` addresses and Monaco's own styles once more.
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import '@graphiql/plugin-history/style.css';
import 'graphiql/graphiql.css';
import './page.css';
import { createRoot } from 'react-dom/client';
import { demoTabs } from './demo-tabs';
import { GraphiQLPage } from './graphiql-page';
import { openingTabs } from './opening-tabs';
import { takeTokenFromLink, tokenInLink } from './take-token-from-link';
import { withoutImagePreview } from './without-image-preview';

const opening = openingTabs(sessionStorage, demoTabs(document), takeTokenFromLink(window));

// A signed-in link that is opened in the window that shows this page already changes the fragment and loads nothing. A fresh
// start leaves nothing of the former identity behind, neither in an editor nor in an open subscription.
window.addEventListener('hashchange', () => {
  if (tokenInLink(window.location)) window.location.reload();
});

withoutImagePreview();

const root = document.getElementById('graphiql');
if (root) createRoot(root).render(<GraphiQLPage {...opening} />);
