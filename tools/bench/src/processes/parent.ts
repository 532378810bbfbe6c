/** A request of the parent process. */
export interface Request {
  readonly id: number;
  readonly content: unknown;
}

/** The response to a request; the first one, with id 0, says that the process is ready. */
export interface Response {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: string;
}

/**
 * Tells the parent process that this one is ready, and responds to its requests. The process ends
 * with its parent.
 *
 * @param stop Called before it ends.
 */
export function serveParent(
  ready: object,
  respond: (content: unknown) => Promise<unknown>,
  stop: () => Promise<void> = async () => undefined,
): void {
  const send = (response: Response) => process.send?.(response);
  process.on("message", ({ id, content }: Request) => {
    respond(content).then(
      (result) => send({ id, result }),
      (error: unknown) =>
        send({ id, error: error instanceof Error ? (error.stack ?? "") : String(error) }),
    );
  });
  process.on("disconnect", () => void stop().finally(() => process.exit(0)));
  send({ id: 0, result: ready });
}
