import { readSettings } from '../../../src/server/settings';
import { startService } from '../../../src/server/service';
import { freshDatabase } from './database-url';
import { SECRET } from './service';

/** A service like `startTestService`'s that hands over what it logs. */
export async function startLoggingService(environment: Readonly<Record<string, string>> = {}) {
  const { url, drop } = await freshDatabase();
  const lines: string[] = [];
  const settings = {
    DATABASE_URL: url,
    AUTH_JWT_SECRET: SECRET,
    HOST: '127.0.0.1',
    PORT: '0',
    LOG_LEVEL: 'info',
    PAYMENT_PROVIDER: 'sandbox',
  };
  const running = await startService(readSettings({ ...settings, ...environment }), {
    onLogLine: (line) => lines.push(line),
  });
  return {
    ...running,
    /** Every line of the log, as it was written. */
    lines,
    databaseUrl: url,
    close: async () => {
      await running.close();
      await drop();
    },
  };
}
