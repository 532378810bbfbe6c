import { RainhooksError } from "@rainhooks/core/errors";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";
import { perItem } from "@rainhooks/sinks/per-item";
import { messageHandler } from "@rainhooks/webhook/message-handler";
import { requests } from "./definitions.ts";

interface Call {
  readonly url: string;
  readonly node: string;
}

function parse(body: string): Call {
  const value = tryParseJson(body);
  if (isJsonObject(value) && typeof value["url"] === "string" && typeof value["node"] === "string")
    return { url: value["url"], node: value["node"] };
  throw new RainhooksError("data-invalid", "A message needs a url and a node.", {
    permanent: true,
  });
}

export const handler = messageHandler(
  requests,
  () =>
    perItem<Call>(async ({ url, node }) => {
      const headers = { "x-process": String(process.pid) };
      const { status } = await fetch(url, { method: "POST", headers, body: node });
      if (status === 410)
        throw new RainhooksError("sink-rejected", `${new URL(url).pathname} is gone.`, {
          permanent: true,
        });
      if (status >= 300)
        throw new RainhooksError("sink-unavailable", `Status ${status}.`, { retryAfterS: 3 });
    }),
  { parse },
);
