import type { IntegrationState, RainmakerState } from "../state.ts";
import { type ApiHandler, SUCCESS } from "./call.ts";
import { ApiRefusal, text } from "./refusal.ts";

/** `/v1/admin/webhook_integration`. */
export const listIntegrations: ApiHandler = async ({ rainmaker, query }) => {
  const service = query.get("service_name");
  if (service === null && query.has("endpoint_name")) throw new ApiRefusal(113017, "Service Name is missing");
  const found = rainmaker.state.integrations.filter(
    ({ serviceName, endpointName }) =>
      (service === null || serviceName === service) &&
      (!query.has("endpoint_name") || endpointName === query.get("endpoint_name")),
  );
  const webhooks_endpoints = found.map(({ serviceName, endpointName, enabled }) => ({
    service_name: serviceName,
    endpoint_name: endpointName,
    enabled,
  }));
  return { webhooks_endpoints, total: found.length };
};

export const createIntegration: ApiHandler = async ({ rainmaker, body }) => {
  const integration = readIntegration(body);
  if (find(rainmaker.state, integration) !== undefined)
    throw new ApiRefusal(113012, "Webhook Integration already exists");
  rainmaker.state.integrations.push(integration);
  await rainmaker.save();
  return SUCCESS;
};

export const updateIntegration: ApiHandler = async ({ rainmaker, body }) => {
  const integration = readIntegration(body);
  const found = find(rainmaker.state, integration);
  if (found === undefined) throw new ApiRefusal(113011, "Webhook Integration does not exist");
  if (found.enabled === integration.enabled)
    throw new ApiRefusal(113016, "Webhook Integration is already in the requested state");
  found.enabled = integration.enabled;
  await rainmaker.save();
  return SUCCESS;
};

export const deleteIntegration: ApiHandler = async ({ rainmaker, query }) => {
  const serviceName = query.get("service_name");
  const endpointName = query.get("endpoint_name");
  if (serviceName === null) throw new ApiRefusal(113001, "Service Name is missing");
  if (endpointName === null) throw new ApiRefusal(113002, "Endpoint Name is missing");
  const { state } = rainmaker;
  const found = find(state, { serviceName, endpointName });
  if (found === undefined) throw new ApiRefusal(113011, "Webhook Integration does not exist");
  state.integrations = state.integrations.filter((one) => one !== found);
  await rainmaker.save();
  return SUCCESS;
};

/** RainMaker's README names the flag `integration_enabled`, the API documentation `enabled`. */
function readIntegration(body: Parameters<ApiHandler>[0]["body"]): IntegrationState {
  const serviceName = text(body, "service_name", 113001, "Service Name is missing");
  const endpointName = text(body, "endpoint_name", 113002, "Endpoint Name is missing");
  const enabled = body["enabled"] ?? body["integration_enabled"];
  if (typeof enabled !== "boolean") throw new ApiRefusal(113008, "Integration Enabled is missing");
  return { serviceName, endpointName, enabled };
}

function find(
  { integrations }: RainmakerState,
  { serviceName, endpointName }: Pick<IntegrationState, "serviceName" | "endpointName">,
): IntegrationState | undefined {
  return integrations.find((one) => one.serviceName === serviceName && one.endpointName === endpointName);
}
