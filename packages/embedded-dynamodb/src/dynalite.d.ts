/** The part of dynalite that the local stage uses; the package has no types. */
declare module "dynalite" {
  import type { Server } from "node:http";

  export default function dynalite(options: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Server;
}
