import { ROSTER_VIEWS } from '../support/views/roster-views';
import { holdViewsToAxe } from '../support/views/hold-views-to-axe';

holdViewsToAxe(ROSTER_VIEWS);
