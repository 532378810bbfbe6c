import { expect, test } from "@jest/globals";
import { decode } from "@rainhooks/core/decode/decode";
import { readDelivery } from "@rainhooks/core/deliveries/read";
import { RainhooksError } from "@rainhooks/core/errors";
import type { JsonObject, JsonValue } from "@rainhooks/core/json";
import * as fc from "fast-check";
import { readInput } from "./read-input.ts";
import { changesIn } from "./shadow.ts";

const json = fc.jsonValue({ maxDepth: 5 });
const state = fc.dictionary(fc.string(), json, { maxKeys: 6 });

/** What a part says, written over an object: as a shadow merges what is reported. */
function merged(was: JsonValue | undefined, part: JsonObject): JsonObject {
  const before = typeof was === "object" && was !== null && !Array.isArray(was) ? was : {};
  const fields = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(part)) {
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    fields.set(key, isObject ? merged(fields.get(key), value) : value);
  }
  return Object.fromEntries(fields);
}

test("changes, written over what was, say what is", () => {
  fc.assert(
    fc.property(state, state, (was, changes) => {
      const is = merged(was as JsonObject, changes as JsonObject);
      const found = changesIn(was as JsonObject, is);
      expect(merged(was as JsonObject, found ?? {})).toEqual(is);
      // A second look finds nothing.
      expect(changesIn(is, is)).toBeUndefined();
    }),
  );
});

test("any input is read, or refused as permanent; an event that is read can be decoded or says why not", () => {
  const node = fc.constantFrom("n1", "a/b", "", 7);
  const update = fc.record(
    {
      node_id: node,
      shadow: fc.constantFrom("params-", "iparams", 3),
      timestamp: fc.oneof(fc.integer(), json),
      previous: fc.oneof(json, fc.record({ params: state, data: json })),
      current: fc.oneof(json, fc.record({ params: state, data: json })),
    },
    { requiredKeys: [] },
  );
  const attribute = fc.oneof(
    fc.record({ S: fc.string() }),
    fc.record({ N: fc.oneof(fc.double().map(String), fc.constantFrom("1e400", "x")) }),
    fc.record({ BOOL: fc.boolean() }),
    json,
  );
  const image = fc.dictionary(
    fc.constantFrom("node_id", "key", "ts", "dt", "value", "tz", "__proto__"),
    attribute,
  );
  const row = fc.record({
    eventName: fc.string(),
    dynamodb: fc.oneof(json, fc.record({ NewImage: image, OldImage: image })),
  });
  fc.assert(
    fc.property(
      fc.oneof(update, row, json).map((one) => JSON.stringify(one)),
      (text) => {
        let events: ReturnType<typeof readInput> = [];
        try {
          events = readInput(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RainhooksError);
          expect((error as RainhooksError).permanent).toBe(true);
        }
        for (const { type, nodeId, body } of events) {
          const decoded = decode(readDelivery({ messageId: "1", body }));
          if (decoded.kind === "event") expect(decoded.event).toMatchObject({ type });
          else expect(decoded).toMatchObject({ kind: "undecodable", type });
          expect(JSON.parse(body).event_data.node_id).toBe(nodeId);
        }
        // The same message has the same events.
        if (events.length > 0) expect(readInput(text)).toEqual(events);
      },
    ),
    { numRuns: 500 },
  );
});
