/** The part of dynalite that the local stage and tests use; the package has no types. */
declare module "dynalite" {
  import type { Server } from "node:http";

  /** An error of the service: what its response would have. */
  export interface ResponseError extends Error {
    readonly statusCode?: number;
    readonly body?: object;
  }

  export interface Dynalite extends Server {
    /**
     * Performs an operation without HTTP. Input and output are as in JSON; the input is changed.
     */
    perform(
      operation: string,
      input: unknown,
      callback: (error: ResponseError | null, output?: object) => void,
    ): void;
  }

  export default function dynalite(options: {
    readonly path?: string;
    readonly createTableMs?: number;
    readonly deleteTableMs?: number;
    readonly updateTableMs?: number;
  }): Dynalite;
}
