import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { BUNDLED_COMMAND } from "./run-command.ts";

/** What an assistant gets from a tool. */
export interface ToolResult {
  readonly isError: boolean;
  readonly texts: readonly string[];
}

/** An assistant that uses `rainhooks mcp`. */
export interface McpClient {
  readonly client: Client;
  call(name: string, given?: Record<string, unknown>): Promise<ToolResult>;
}

/**
 * Starts `rainhooks mcp` as an assistant does: with the SDK's own client, over stdio.
 *
 * @param era The versions of the protocol: those until 2025, or those that both sides know.
 */
export async function startMcpClient(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  program = BUNDLED_COMMAND,
  era: "legacy" | "auto" = "legacy",
): Promise<McpClient> {
  const client = new Client(
    { name: "test", version: "1.0.0" },
    { versionNegotiation: { mode: era } },
  );
  const env = { PATH: process.env["PATH"] ?? "", ...environment };
  const parameters = { command: process.execPath, args: [program, "mcp", ...args], env };
  await client.connect(new StdioClientTransport({ ...parameters, stderr: "ignore" }));
  return {
    client,
    call: async (name, given = {}) => {
      const { content, isError = false } = await client.callTool({ name, arguments: given });
      return { isError, texts: content.map((one) => (one.type === "text" ? one.text : one.type)) };
    },
  };
}
