export { installPacked, packRelease } from "./install-packed.ts";
export { type McpClient, startMcpClient, type ToolResult } from "./mcp-client.ts";
export { bundledCommand, type Finished, runCommand, runProgram } from "./run-command.ts";
