/** The network: between each process and each server, and between the clients and each gateway, a line that can break. */
import { type TcpProxy, tcpProxy } from '#support/tcp-proxy.js';

export interface Line {
  readonly name: string;
  readonly proxy: TcpProxy;
}

export async function line(name: string, port: number): Promise<Line> {
  return { name, proxy: await tcpProxy({ host: '127.0.0.1', port }) };
}

/** The URL as it is seen through the line. */
export function through({ proxy }: Line, url: string): string {
  const seen = new URL(url);
  seen.host = `127.0.0.1:${proxy.port}`;
  return seen.href;
}
