import { RainhooksError, wrongInput } from "@rainhooks/core/errors";
import type { JsonObject, JsonValue } from "@rainhooks/core/json";
import { type ApiRequest, type HttpOptions, RainmakerError, sendRequest } from "./http.ts";
import { type ApiFilter, type Integration, readFilters, readIntegrations } from "./lists.ts";

/** The tokens of a login. They are secrets. */
export interface Session {
  readonly accessToken: string;
  readonly refreshToken?: string | undefined;
}

/** Which filters a request is about: all of them (as a super admin), or a user's own. */
export type FilterScope = "admin" | "user";

/** Options of a client. */
export interface RainmakerOptions extends HttpOptions {
  readonly session?: Session;
  /** Called with the new tokens when they were renewed, so that they can be saved. */
  readonly onSession?: (session: Session) => void;
}

/** The account has just been moved to another user pool; the same login works the next time. */
const USER_MIGRATED = 101044;
/** RainMaker still processes an earlier change of the same integration. */
const STILL_ONGOING = 113018;
const PAGE_SIZE = "100";
/**
 * Maximum number of pages of a list, so that a server which never ends a list cannot block us
 * forever.
 */
const MAX_PAGES = 1000;

/**
 * A client of RainMaker's API: login, webhook integrations and event filters. An expired token is
 * renewed once.
 *
 * Each method throws {@link RainmakerError} when RainMaker refuses a request, and a
 * `RainhooksError` with `rainmaker-unavailable` when RainMaker cannot be reached.
 */
export class RainmakerClient {
  readonly #options: RainmakerOptions;
  #session: Session | undefined;

  constructor(options: RainmakerOptions) {
    this.#options = options;
    this.#session = options.session;
  }

  /** Base URL of RainMaker's API. */
  get baseUrl(): string {
    return this.#options.baseUrl;
  }

  /** Logs in; a deployment without `login2` gets the older call. */
  async login(userName: string, password: string): Promise<Session> {
    return this.#keep(await this.#logIn({ user_name: userName, password }), undefined);
  }

  /** Lists all integrations, or those of one service. */
  async listIntegrations(serviceName?: string): Promise<Integration[]> {
    const pages = await this.#pages("/admin/webhook_integration", { service_name: serviceName });
    return pages.flatMap(readIntegrations);
  }

  async createIntegration(integration: Integration): Promise<void> {
    await this.#authorized({
      method: "POST",
      path: "/admin/webhook_integration",
      body: toApi(integration),
      retryCodes: [STILL_ONGOING],
    });
  }

  async updateIntegration(integration: Integration): Promise<void> {
    await this.#authorized({
      method: "PUT",
      path: "/admin/webhook_integration",
      body: toApi(integration),
    });
  }

  async deleteIntegration({
    serviceName,
    endpointName,
  }: Omit<Integration, "enabled">): Promise<void> {
    const query = { service_name: serviceName, endpoint_name: endpointName };
    await this.#authorized({ method: "DELETE", path: "/admin/webhook_integration", query });
  }

  /**
   * Lists the filters of an event type or of an entity. RainMaker has no list of all filters.
   */
  async listFilters(
    scope: FilterScope,
    query: {
      readonly eventType?: string;
      readonly entityId?: string;
    },
  ): Promise<ApiFilter[]> {
    const pages = await this.#pages(`/${scope}/event_filter`, {
      event_type: query.eventType,
      entity_id: query.entityId,
    });
    return pages.flatMap(readFilters);
  }

  async createFilter(scope: FilterScope, filter: ApiFilter): Promise<void> {
    await this.#authorized({
      method: "POST",
      path: `/${scope}/event_filter`,
      body: filterBody(filter),
    });
  }

  async updateFilter(scope: FilterScope, filter: ApiFilter): Promise<void> {
    await this.#authorized({
      method: "PUT",
      path: `/${scope}/event_filter`,
      body: filterBody(filter),
    });
  }

  async deleteFilter(
    scope: FilterScope,
    {
      event_type,
      entity_id,
      entity_type,
    }: Pick<ApiFilter, "event_type" | "entity_id" | "entity_type">,
  ): Promise<void> {
    const body = { event_type, entity_id, ...(scope === "admin" ? { entity_type } : {}) };
    await this.#authorized({ method: "DELETE", path: `/${scope}/event_filter`, body });
  }

  async #logIn(body: JsonObject): Promise<JsonObject> {
    const request = { method: "POST", body, retryCodes: [USER_MIGRATED] } as const;
    try {
      return await this.#send({ ...request, path: "/login2" });
    } catch (error) {
      if (!isUnknownPath(error)) throw error;
      return this.#send({ ...request, path: "/login" });
    }
  }

  async #pages(
    path: string,
    query: Readonly<Record<string, string | undefined>>,
  ): Promise<JsonObject[]> {
    const pages: JsonObject[] = [];
    let startId: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const response = await this.#authorized({
        method: "GET",
        path,
        query: { ...query, num_records: PAGE_SIZE, start_id: startId },
      });
      pages.push(response);
      const next = nextId(response["next_id"]);
      if (next === undefined || next === startId) break;
      startId = next;
    }
    return pages;
  }

  async #authorized(request: ApiRequest): Promise<JsonObject> {
    if (this.#session === undefined)
      throw wrongInput(
        'You are not logged in to RainMaker: run "rainhooks rainmaker login" first.',
      );
    try {
      return await this.#send({ ...request, accessToken: this.#session.accessToken });
    } catch (error) {
      const { refreshToken } = this.#session;
      if (!(error instanceof RainmakerError) || error.status !== 401 || refreshToken === undefined)
        throw error;
      const response = await this.#logIn({ refreshtoken: refreshToken });
      const { accessToken } = this.#keep(response, refreshToken);
      return this.#send({ ...request, accessToken });
    }
  }

  #keep(response: JsonObject, refreshToken: string | undefined): Session {
    const { accesstoken, refreshtoken, session } = response;
    if (typeof accesstoken !== "string") {
      const second = typeof session === "string";
      throw new RainhooksError(
        "rainmaker-refused",
        second
          ? "This account needs a second factor to log in, which is not supported here. Use a super admin without one."
          : "RainMaker accepted the login but returned no token. Is this the base URL of its API?",
        { permanent: true },
      );
    }
    this.#session = {
      accessToken: accesstoken,
      refreshToken: typeof refreshtoken === "string" ? refreshtoken : refreshToken,
    };
    this.#options.onSession?.(this.#session);
    return this.#session;
  }

  #send(request: ApiRequest): Promise<JsonObject> {
    return sendRequest(this.#options, request);
  }
}

/**
 * The API documentation and RainMaker's README use different names for the flag, and each server
 * ignores the other name.
 */
function toApi({ serviceName, endpointName, enabled }: Integration): JsonObject {
  return {
    service_name: serviceName,
    endpoint_name: endpointName,
    enabled,
    integration_enabled: enabled,
  };
}

function filterBody(filter: ApiFilter): JsonObject {
  return { ...filter, enabled_for_integrations: [...filter.enabled_for_integrations] };
}

function isUnknownPath(error: unknown): boolean {
  return (
    error instanceof RainmakerError &&
    (error.status === 404 || error.status === 403) &&
    error.rainmakerCode === undefined
  );
}

/**
 * Returns the id of the next page. RainMaker marks the last page with no id, null, or the text
 * "null".
 */
function nextId(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" && value !== "null" ? value : undefined;
}
