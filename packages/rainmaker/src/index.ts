export {
  type ApiFilter,
  type FilterScope,
  type Integration,
  RainmakerClient,
  type RainmakerOptions,
  type Session,
} from "./client.ts";
export { RainmakerError } from "./error.ts";
export { normalBaseUrl } from "./http.ts";
