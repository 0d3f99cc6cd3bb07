import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { residentMemory } from './processor-time';
import { freePort, type ServerProcess } from './server-process';

/** What a server holds, in bytes, when everything that nobody refers to has been collected. */
export interface HeldMemory {
  /** On V8's heap, and what belongs to objects there but lies outside of it, such as buffers. */
  readonly live: number;
  /** Of the process: the same, what V8 keeps room for, and what libuv and Node hold on their own. */
  readonly resident: number;
}

/** Collections, one after the other: what the first finds to be finalized, a later one frees. */
const COLLECTIONS = 4;

/** Starts a server by `start`, which hands `flags` to node, and looks into it from outside: nothing of its code knows. */
export async function startInspected(
  start: (flags: readonly string[]) => Promise<ServerProcess>,
): Promise<{ server: ServerProcess; heldMemory: () => Promise<HeldMemory> }> {
  const port = await freePort();
  // Its address is not to be printed among the figures.
  const server = await start([`--inspect=127.0.0.1:${port}`, '--inspect-publish-uid=http']);
  const answer = await fetch(`http://127.0.0.1:${port}/json/list`);
  const [{ webSocketDebuggerUrl: url }] = (await answer.json()) as [{ webSocketDebuggerUrl: string }];
  return { server, heldMemory: () => heldMemory(url, server.pid) };
}

async function heldMemory(url: string, pid: number): Promise<HeldMemory> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  try {
    for (let i = 0; i < COLLECTIONS; i++) {
      await call(socket, 'HeapProfiler.collectGarbage', {});
      await delay(50);
    }
    const expression = '(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())';
    const { result } = await call<{ result: { value: number } }>(socket, 'Runtime.evaluate', { expression });
    return { live: result.value, resident: residentMemory(pid) };
  } finally {
    socket.terminate();
  }
}

/** One call of the DevTools protocol at a time. */
function call<Result>(socket: WebSocket, method: string, params: object): Promise<Result> {
  return new Promise((resolve, reject) => {
    socket.once('message', (data: Buffer) => {
      const { result, error } = JSON.parse(data.toString()) as { result: Result; error?: { message: string } };
      if (error) reject(new Error(`${method}: ${error.message}`));
      else resolve(result);
    });
    socket.send(JSON.stringify({ id: 1, method, params }));
  });
}
