import type http from "node:http";
import { type AgentOptions, receiverAgent } from "./agent.ts";
import { type Receiver, readReceiver } from "./receiver.ts";
import { failToRead, readProvided, type ValueSource } from "./value-source.ts";

/** A receiver, and the agent that keeps the connections to it. */
export interface HttpConnection extends Receiver {
  readonly agent: http.Agent;
}

/** What {@link provideConnection} reads. */
export interface HttpConnectionOptions extends Pick<AgentOptions, "maxSockets" | "ca" | "lookup"> {
  readonly url: ValueSource<string>;
  readonly allowPrivate: boolean | readonly string[];
}

/**
 * Creates a function that returns the connection for a batch: the same one as long as the URL is
 * the same. A URL that is given as a value is checked at once.
 *
 * @throws {RainhooksError} `config-invalid` for a URL that is given as a value and can never be
 * called.
 */
export function provideConnection(options: HttpConnectionOptions): () => Promise<HttpConnection> {
  const { url, allowPrivate, ...agentOptions } = options;
  let last: { readonly text: string; readonly connection: HttpConnection } | undefined;
  const connect = (text: string): HttpConnection => {
    if (last?.text === text) return last.connection;
    const receiver = readReceiver(text, allowPrivate);
    const connection = { ...receiver, agent: receiverAgent({ ...agentOptions, ...receiver }) };
    last = { text, connection };
    return connection;
  };
  if (typeof url !== "function") connect(url);
  const provide = async () => connect(await readProvided(url));
  return () => provide().catch(failToRead);
}
