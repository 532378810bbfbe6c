import type { AppendOptions, AppendToOutbox } from "./append.ts";

/**
 * Makes {@link appendToOutbox}, whose code is loaded with the first event, because most stages have no
 * destination with batches or order.
 */
export function appendOnUse(options: AppendOptions): AppendToOutbox {
  let loading: Promise<AppendToOutbox> | undefined;
  return async (events) => {
    loading ??= import("./append.ts").then(({ appendToOutbox }) => appendToOutbox(options));
    return (await loading)(events);
  };
}
