import './page.css';
import { createRoot } from 'react-dom/client';
import { connectLive } from '../live/connect-live';
import { createApi } from '../live/create-api';
import { pageSession } from '../session/page-session';
import { Page } from './page';

const { protocol, host } = window.location;
const address = `${protocol}//${host}/graphql`;
const { session, personChange } = pageSession(window, address);
const api = createApi(address, session);
const live = connectLive(`${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/graphql`, session);

const root = document.getElementById('page');
if (root) createRoot(root).render(<Page session={session} personChange={personChange} api={api} live={live} />);
