import { describeProvider } from '../../support/provider-laws';
import { startSandbox } from './sandbox-under-test';

describeProvider('the sandbox', startSandbox);
