import { describeProvider } from '../../kits/billing/provider-laws';
import { startSandbox } from './sandbox-under-test';

describeProvider('the sandbox', startSandbox);
