import { FRAME_VIEWS } from '../support/views/frame-views';
import { holdViewsToAxe } from '../support/views/hold-views-to-axe';

holdViewsToAxe(FRAME_VIEWS);
