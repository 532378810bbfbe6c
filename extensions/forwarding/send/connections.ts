import type http from "node:http";
import { type AgentOptions, receiverAgent } from "@rainhooks/sinks/http/agent";
import type { HttpConnection } from "@rainhooks/sinks/http/connection";
import { readReceiver } from "@rainhooks/sinks/http/receiver";

/** Which addresses may be called, and how they are found. */
export interface ConnectionOptions extends Pick<AgentOptions, "ca" | "lookup"> {
  /**
   * Whether addresses that are not public may be called: all of them, or some subnets, such as
   * `["10.1.0.0/16"]`. @defaultValue false
   */
  readonly allowPrivate?: boolean | readonly string[];
}

/** The connections of a process. */
export type Connections = ReturnType<typeof createConnections>;

/** Makes the connections of a process. */
export function createConnections({ allowPrivate = false, ca, lookup }: ConnectionOptions) {
  const agents = new Map<string, { readonly key: string; readonly agent: http.Agent }>();
  return {
    /**
     * Returns the connections of an owner to a URL. Each owner has its own, so that one that is
     * slow does not take those of another.
     *
     * @throws {RainhooksError} `config-invalid` for a URL that must not be called.
     */
    to: (owner: string, url: string, maxSockets: number): HttpConnection => {
      const receiver = readReceiver(url, allowPrivate);
      const key = `${receiver.name} ${maxSockets}`;
      const last = agents.get(owner);
      if (last?.key === key) return { ...receiver, agent: last.agent };
      // Requests on the way keep their connections; those that are kept alive close by themselves.
      const agent = receiverAgent({ ...receiver, maxSockets, ca, lookup });
      agents.set(owner, { key, agent });
      return { ...receiver, agent };
    },
    close: () => {
      for (const { agent } of agents.values()) agent.destroy();
      agents.clear();
    },
  };
}
