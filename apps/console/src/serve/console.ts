import { once } from "node:events";
import { existsSync } from "node:fs";
import type { AddressInfo, Server } from "node:net";
import { join } from "node:path";
import { RainhooksError } from "@rainhooks/core/errors";
import { Entrance } from "@rainhooks/stage/routes/entrance";
import { Jobs } from "@rainhooks/stage/routes/jobs";
import type { Reach } from "@rainhooks/stage/stage-source";
import { consoleApp } from "./app.ts";
import { extensionRoutes } from "./extension-routes.ts";
import { httpServer } from "./http-server.ts";
import { readPageFiles } from "./page-files.ts";

/** The port of the console, if no other is chosen and it is free. */
export const CONSOLE_PORT = 7246;
const HOST = "127.0.0.1";

/** Options of a console. */
export interface ConsoleOptions {
  /** Finds the stage. It is called again when the stage may have gone. */
  readonly reach: Reach;
  /**
   * Port; 0 selects a free one. @defaultValue {@link CONSOLE_PORT}, or a free one if another
   * program has it
   */
  readonly port?: number | undefined;
  /**
   * File that keeps who was let in over a restart ({@link Entrance}). @defaultValue none: who was
   * let in is forgotten
   */
  readonly sessions?: string;
  /**
   * Called when the address for the next browser has changed: each one lets in a single browser.
   */
  readonly onEntered?: (next: string) => void;
}

/** A running console. */
export interface RunningConsole {
  /** Address that lets one browser in. */
  readonly address: () => string;
  readonly origin: string;
  stop(): Promise<void>;
}

/** The files of the page: in an installed package, or as built. */
const PACKED_PAGE = join(import.meta.dirname, "../console");
const PAGE = existsSync(PACKED_PAGE) ? PACKED_PAGE : join(import.meta.dirname, "../../bundle");

/**
 * Serves the console of a stage on loopback.
 *
 * @throws {RainhooksError} `stage-failed` when the port is taken, or the page is not built.
 */
export async function startConsole(options: ConsoleOptions): Promise<RunningConsole> {
  const { reach, port, sessions, onEntered } = options;
  const files = await readPageFiles(PAGE).catch((error: unknown) => {
    throw new RainhooksError("stage-failed", `The console is not built: there is no ${PAGE}.`, {
      cause: error,
    });
  });
  const entrance = new Entrance(Date.now, sessions);
  const jobs = new Jobs();
  let opened = 0;
  const address = () => `http://${HOST}:${opened}/enter?token=${entrance.token}`;
  const app = consoleApp({
    reach,
    files,
    entrance,
    jobs,
    extensions: await extensionRoutes(),
    port: () => opened,
    onEntered: () => onEntered?.(address()),
  });
  const server = httpServer((request) => app.fetch(request));
  opened = await open(server, port);
  return {
    address,
    origin: `http://${HOST}:${opened}`,
    stop: async () => {
      await jobs.stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function open(server: Server, port: number | undefined): Promise<number> {
  const chosen = port ?? CONSOLE_PORT;
  const refusal = await listen(server, chosen);
  if (refusal !== undefined) {
    const isTaken = refusal.code === "EADDRINUSE";
    if (port !== undefined || !isTaken || (await listen(server, 0)) !== undefined) {
      const why = isTaken
        ? "is already in use. Choose another one with --port"
        : `cannot be opened: ${refusal.message}`;
      throw new RainhooksError("stage-failed", `Port ${chosen} of the console ${why}.`, {
        cause: refusal,
      });
    }
  }
  return (server.address() as AddressInfo).port;
}

/** Opens a port on loopback; returns why that failed. */
async function listen(server: Server, port: number): Promise<NodeJS.ErrnoException | undefined> {
  try {
    server.listen(port, HOST);
    await once(server, "listening");
    return undefined;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
}
