import { ROSTER_VIEWS } from '../kits/page/roster-views';
import { holdViewsToAxe } from '../kits/page/hold-views-to-axe';

holdViewsToAxe(ROSTER_VIEWS);
