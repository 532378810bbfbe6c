import { hello } from "@rainhooks/app-hello/webhook";
import { isJsonObject, readDelivery, tryParseJson } from "@rainhooks/core";
import { startFunction, startShipped } from "../../processes/function.ts";
import type { Contender } from "../compare.ts";
import type { ExpectedDeliveries } from "./archive.ts";
import type { RivalBundles } from "./bundle-rival.ts";
import { END_MS } from "./messages.ts";

/** What identifies an event in what is printed. */
type Identity = (delivery: { readonly id: string; readonly body: string }) => string;

/** Our function that logs every event: decoded, with the id of its delivery. */
export const ourHello: Contender<ExpectedDeliveries> = withCount(
  {
    name: "hello",
    ownTables: [],
    answers: "sent",
    start: (endpoint) => startShipped(hello, endpoint, { nowMs: END_MS }),
  },
  ({ id }) => id,
  (line) => {
    const logged = tryParseJson(line);
    return isJsonObject(logged) ? String(logged["deliveryId"]) : "";
  },
);

/** Its rival: invoked by SNS for each event. */
export function helloWorld(bundles: RivalBundles): Contender<ExpectedDeliveries> {
  return withCount(
    {
      name: "HelloWorld, direct",
      ownTables: [],
      answers: "sent",
      start: (endpoint) =>
        startFunction({
          nowMs: END_MS,
          bundle: bundles.path("hello-world"),
          endpoint,
          memoryMiB: hello.function.memoryMiB,
          variables: {},
          isDirect: true,
        }),
    },
    ({ body }) => body,
    (line) => line,
  );
}

/** Adds the count of events that are not printed exactly once. */
function withCount(
  contender: Omit<Contender<ExpectedDeliveries>, "countWrong">,
  identityOf: Identity,
  identityIn: (line: string) => string,
): Contender<ExpectedDeliveries> {
  return {
    ...contender,
    countWrong: async ({ endpoint }, { before }) => {
      const [batch = []] = before;
      const bench = await contender.start(endpoint);
      const { printed } = await bench.invokePrinting(batch);
      await bench.stop();
      const wanted = batch.map((record) => identityOf(readDelivery(record))).sort();
      const known = new Set(wanted);
      const found = printed
        .map(identityIn)
        .filter((one) => known.has(one))
        .sort();
      const wrong = wanted.filter((one, index) => found[index] !== one).length;
      return wrong + Math.max(0, found.length - wanted.length) + (wanted.length === 0 ? 1 : 0);
    },
  };
}
