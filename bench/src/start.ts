import { setTimeout as delay } from 'node:timers/promises';
import { startService } from './contenders/service';
import { residentMemory } from './measure/processor-time';
import { median } from './measure/statistics';

/** From `node` to the first answer, in milliseconds, and what an idle service holds, in bytes. */
export async function measureStart(databaseUrl: string, times: number): Promise<{ ready: number; memory: number }> {
  const ready: number[] = [];
  const memory: number[] = [];
  for (let i = 0; i < times; i++) {
    const service = await startService(databaseUrl);
    ready.push(service.startedIn);
    await delay(1_000);
    memory.push(residentMemory(service.pid));
    await service.stop();
  }
  return { ready: median(ready), memory: median(memory) };
}
