import { EventEmitter, once } from 'node:events';
import { connect, type Server } from 'node:net';
import { Arrivals } from '../../../src/server/limits/arrivals';
import { RawSocket } from '../../kits/clients/raw-socket';
import { startTestService } from '../../kits/service/service';
import { WorkPerTurn } from '../../kits/measures/work-per-turn';

afterEach(() => jest.restoreAllMocks());

describe('X3 connections that come go before work', () => {
  test('X3 as long as they keep coming, and no longer than a while', () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const server = new EventEmitter();
    const waits = new Arrivals(server as Server).waitFor();
    expect(waits()).toBe(false);
    for (let times = 0; times < 5; times++, now += 9) {
      server.emit('connection');
      expect(waits()).toBe(true);
    }
    expect(waits()).toBe(false);
    for (const waited of [0, 49, 50]) {
      now = 1_000 + waited;
      server.emit('connection');
      expect(waits()).toBe(waited < 50);
    }
    server.emit('connection');
    expect(waits()).toBe(true);
  });

  test('X3 one that comes after a hundred others is answered before what others have asked for is done', async () => {
    const service = await startTestService();
    const work = new WorkPerTurn(10);
    const parse = JSON.parse;
    jest.spyOn(JSON, 'parse').mockImplementation((...given) => {
      const message: unknown = parse(...given);
      if ((message as { readonly type?: unknown } | null)?.type === 'ping') work.do();
      return message;
    });
    const token = await service.token('mia');
    const sockets = await Promise.all(Array.from({ length: 20 }, () => RawSocket.signIn(service, token)));
    const pings = Array.from({ length: 8 }, (_, number) => ({ type: 'ping', payload: { number } }));
    for (const socket of sockets) socket.sayAtOnce(...pings);
    const { hostname, port } = new URL(service.address);
    const others = Array.from({ length: 100 }, () => connect(Number(port), hostname));
    await once(others[99]!, 'connect');
    const before = work.done;
    expect(await (await fetch(`${service.address}/healthz`)).text()).toContain('ok');
    expect(work.done - before).toBeLessThan(100);
    for (const socket of sockets)
      for (const ping of pings) expect(await socket.next()).toEqual({ ...ping, type: 'pong' });
    for (const other of others) other.destroy();
    for (const socket of sockets) socket.terminate();
    work.stop();
    await service.close();
  });
});
