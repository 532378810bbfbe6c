import { SECOND_MS } from "@rainhooks/core/durations";
import { isJsonObject, type JsonObject, type JsonValue } from "@rainhooks/core/json";

/** A shadow as AWS IoT keeps it. */
interface Shadow {
  readonly reported: JsonObject;
  readonly desired: JsonObject;
  readonly version: number;
}

/** Source: AWS IoT Core endpoints and quotas, "Device Shadow": 8 KB, without its metadata. */
const MAX_SHADOW_BYTES = 8192;

/** What becomes of a request: a message of the shadow on each of these topics after its name. */
export type ShadowMessages = readonly (readonly [suffix: string, payload: JsonObject])[];

/**
 * The named shadows of things, in memory: update and get, with what they return. Metadata is left
 * out. Source: AWS IoT Core developer guide, "Device Shadow service documents" and "Interacting
 * with shadows".
 */
export class Shadows {
  readonly #shadows = new Map<string, Shadow>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  get(name: string): ShadowMessages {
    const shadow = this.#shadows.get(name);
    if (shadow === undefined)
      return [["get/rejected", this.#refusal(404, `No shadow exists with name: '${name}'`)]];
    return [["get/accepted", { ...documentOf(shadow), timestamp: this.#second() }]];
  }

  update(name: string, request: JsonValue): ShadowMessages {
    const state = isJsonObject(request) ? request["state"] : undefined;
    if (!isJsonObject(request) || !isJsonObject(state))
      return [["update/rejected", this.#refusal(400, "Missing required node: state")]];
    const before = this.#shadows.get(name);
    const { version: wanted } = request;
    if (wanted !== undefined && wanted !== (before?.version ?? 0))
      return [["update/rejected", this.#refusal(409, "Version conflict")]];
    const after: Shadow = {
      reported: merged(before?.reported, state["reported"]),
      desired: merged(before?.desired, state["desired"]),
      version: (before?.version ?? 0) + 1,
    };
    if (JSON.stringify([after.reported, after.desired]).length > MAX_SHADOW_BYTES)
      return [
        ["update/rejected", this.#refusal(413, "The payload exceeds the maximum size allowed")],
      ];
    this.#shadows.set(name, after);
    const timestamp = this.#second();
    const delta = deltaOf(after.desired, after.reported);
    return [
      ["update/accepted", { state, version: after.version, timestamp }],
      ...(delta === undefined
        ? []
        : [["update/delta", { state: delta, version: after.version, timestamp }] as const]),
      [
        "update/documents",
        {
          ...(before === undefined ? {} : { previous: documentOf(before) }),
          current: documentOf(after),
          timestamp,
        },
      ],
    ];
  }

  #second(): number {
    return Math.floor(this.#nowMs() / SECOND_MS);
  }

  #refusal(code: number, message: string): JsonObject {
    return { code, message, timestamp: this.#second() };
  }
}

function documentOf({ reported, desired, version }: Shadow): JsonObject {
  return {
    state: { reported, ...(Object.keys(desired).length === 0 ? {} : { desired }) },
    version,
  };
}

/** Merges a sent document into the stored one; null deletes a field. */
function merged(kept: JsonValue | undefined, sent: JsonValue | undefined): JsonObject {
  const fields = new Map(isJsonObject(kept) ? Object.entries(kept) : []);
  for (const [name, value] of isJsonObject(sent) ? Object.entries(sent) : []) {
    if (value === null) fields.delete(name);
    else fields.set(name, isJsonObject(value) ? merged(fields.get(name), value) : value);
  }
  return Object.fromEntries(fields);
}

/** Returns the desired values that differ from the reported ones. */
function deltaOf(desired: JsonObject, reported: JsonValue | undefined): JsonObject | undefined {
  const differs = Object.entries(desired).flatMap(([name, value]): [string, JsonValue][] => {
    const is = isJsonObject(reported) && Object.hasOwn(reported, name) ? reported[name] : undefined;
    if (!isJsonObject(value))
      return JSON.stringify(is) === JSON.stringify(value) ? [] : [[name, value]];
    const inner = deltaOf(value, is);
    return inner === undefined ? [] : [[name, inner]];
  });
  return differs.length === 0 ? undefined : Object.fromEntries(differs);
}
