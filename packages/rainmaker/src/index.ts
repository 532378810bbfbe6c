export {
  type FilterScope,
  RainmakerClient,
  type RainmakerOptions,
  type Session,
} from "./client.ts";
export type { ApiFilter, Integration } from "./entities.ts";
export { normalBaseUrl } from "./http.ts";
export {
  listAllFilters,
  type Registration,
  type RegistrationChange,
  registrationChanges,
  unregistrationChanges,
} from "./registration.ts";
