import type { JsonObject } from "@rainhooks/core/json";
import { jsonObjectOf, type Service, serviceOf } from "./service.ts";

/** Id of the only webhook trigger. */
export const HOME_ASSISTANT_ID = "node-alert-Zx81pQ";

const PATH = /^\/api\/webhook\/([^/?]+)$/;

/**
 * The webhook trigger of Home Assistant (home-assistant.io/docs/automation/trigger, and
 * homeassistant/components/webhook of home-assistant/core): POST or PUT; the body is `trigger.json` if the
 * content type says JSON, and the response is 200 whether there is such a webhook or not.
 */
export class HomeAssistant implements Service {
  /** `trigger.json` of each run of the automation. */
  readonly runs: JsonObject[] = [];

  readonly respond = serviceOf((request) => {
    const [, id] = PATH.exec(request.path) ?? [];
    if (id === undefined) return { status: 404, body: "404: Not Found" };
    if (request.method !== "POST" && request.method !== "PUT") return { status: 405 };
    const json = jsonObjectOf(request);
    if (id === HOME_ASSISTANT_ID && json !== undefined) this.runs.push(json);
    return { status: 200 };
  }).respond;
}
