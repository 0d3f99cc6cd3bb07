import { FRAME_VIEWS } from '../kits/page/frame-views';
import { holdViewsToAxe } from '../kits/page/hold-views-to-axe';

holdViewsToAxe(FRAME_VIEWS);
