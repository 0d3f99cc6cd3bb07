import { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import { Arrivals } from '../../../src/server/limits/arrivals';

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
});
