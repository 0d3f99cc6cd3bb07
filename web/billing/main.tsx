import './page.css';
import { createRoot } from 'react-dom/client';
import { connectLive } from '../live/connect-live';
import { createApi } from '../live/create-api';
import { createServiceClock } from '../live/service-clock';
import { pageSession } from '../session/page-session';
import { Page } from './page';

const { protocol, host } = window.location;
const address = `${protocol}//${host}/graphql`;
const clock = createServiceClock();
const signIn = pageSession(window, address, clock.now);
const api = createApi(address, signIn.session, clock);
const live = connectLive(`${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}/graphql`, signIn.session);

const root = document.getElementById('page');
if (root) createRoot(root).render(<Page signIn={signIn} api={api} live={live} now={clock.now} />);
