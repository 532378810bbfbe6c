export { type Attempt, type AttemptKey, attemptId, type ShownHeaders } from "./attempts/attempt.ts";
export { isDelivered } from "./attempts/is-delivered.ts";
export type { AttemptState } from "./attempts/item.ts";
export {
  type AttemptPage,
  type AttemptQuery,
  type AttemptReader,
  type AttemptSummary,
  attemptsOfEvent,
  isAttemptPlace,
  listAttempts,
  readAttempt,
} from "./attempts/read.ts";
export { type AttemptLogOptions, attemptSink, writeAttempts } from "./attempts/write.ts";
export {
  BODY_FORMATS,
  type BodyFormat,
  type BodyOptions,
  requestBody,
  templateValues,
} from "./bodies/body.ts";
export type { BodySource, RequestBody } from "./bodies/source.ts";
export {
  MAX_TEMPLATE_BYTES,
  MAX_TEMPLATE_DEPTH,
  parseTemplate,
  type Template,
  type TemplatePart,
} from "./bodies/template/parse.ts";
export { MAX_RENDERED_BYTES, renderTemplate } from "./bodies/template/render.ts";
export {
  type Claim,
  type CopyMemory,
  type CopyMemoryOptions,
  copyMemory,
  MAX_REMEMBERED,
} from "./copies/memory.ts";
export { canHaveCopies, type WebhookIdOptions, webhookIdOf } from "./copies/webhook-id.ts";
export {
  AUTH_KINDS,
  type AuthKind,
  DESTINATION_STATES,
  type Destination,
  type DestinationSettings,
  type DestinationState,
} from "./destinations/destination.ts";
export type { DestinationStore } from "./destinations/destination-store.ts";
export { destinationOf, secretsIdOf, settingsOf } from "./destinations/item.ts";
export {
  type KnownDestinations,
  type KnownDestinationsOptions,
  knownDestinations,
  MAX_KNOWN_AGE_MS,
} from "./destinations/known-destinations.ts";
export {
  addDestination,
  type CurrentDestination,
  changeDestination,
  type DestinationChange,
  type DestinationInput,
  type DestinationStores,
  deleteDestination,
  readDestinationSecrets,
  settingsOfSecrets,
} from "./destinations/manage.ts";
export { isDestinationId, MAX_HEADERS, readSettings } from "./destinations/read-settings.ts";
export { type StateChange, setState } from "./destinations/set-state.ts";
export {
  type AllDestinations,
  MAX_DESTINATIONS,
  putDestination,
  readAll,
  readDestination,
  readDestinations,
  readPause,
  readPauses,
  removeDestination,
} from "./destinations/store.ts";
export { type TagsOf, wants } from "./destinations/wants.ts";
export { type FanOutOptions, fanOutSink } from "./fan-out/fan-out-sink.ts";
export { type TagCacheOptions, tagCache } from "./fan-out/tag-cache.ts";
export type { DestinationHealth } from "./health/health.ts";
export {
  type AttemptMessage,
  formatAttemptMessage,
  parseAttemptMessage,
} from "./messages/attempt-message.ts";
export {
  type SendAttempts,
  type SendAttemptsOptions,
  sendAttempts,
  type UnsentAttempt,
} from "./messages/send-attempts.ts";
export { parseArchived } from "./pauses/archived.ts";
export { closePause, noteActive, noteJob } from "./pauses/change.ts";
export type { MissedRange, Pause, PauseKey } from "./pauses/pause.ts";
export { claimProbe, FIRST_PROBE_MS, MAX_PROBE_MS } from "./pauses/probe.ts";
export { type MissedEvents, missedEvents, widenPause } from "./pauses/widen.ts";
export { type NextAttemptInput, type NextStep, nextAttempt } from "./schedule/next-attempt.ts";
export type { Outcome, OutcomeKind } from "./schedule/outcome.ts";
export {
  DEFAULT_SCHEDULE,
  formatSchedule,
  MAX_WAITS,
  parseSchedule,
  type Schedule,
} from "./schedule/schedule.ts";
export { type CachedSecretsOptions, cachedSecrets } from "./secrets/cached-secrets.ts";
export { fileSecretStore } from "./secrets/file-store.ts";
export { formatSecrets, MAX_SECRETS_BYTES, parseSecrets } from "./secrets/parse.ts";
export { DEFAULT_GRACE_S, newSigningSecret, rotateSecret, validSecrets } from "./secrets/rotate.ts";
export {
  type BasicSecrets,
  CLIENT_AUTH_KINDS,
  type ClientAuthKind,
  type DestinationSecrets,
  type OAuth2Secrets,
  type SigningSecret,
} from "./secrets/secrets.ts";
export { type SsmSecretStoreOptions, ssmSecretStore } from "./secrets/ssm-store.ts";
export type { SecretStore } from "./secrets/store.ts";
export { secretStoreAt } from "./secrets/store-at.ts";
export type { ConnectionOptions } from "./send/connections.ts";
export type { Sender, SendRequest, Sent } from "./send/request.ts";
export { createSender, type SenderOptions } from "./send/sender.ts";
export { MASK } from "./send/shown.ts";
export {
  ATTEMPT_SHARDS,
  attemptsTable,
  byDestinationIndex,
  copiesTable,
  destinationsTable,
} from "./table.ts";
export {
  type AttemptWorkerNames,
  allowedAddresses,
  assembleAttemptWorker,
  attemptLimits,
} from "./worker/assemble-worker.ts";
export { attemptWorker } from "./worker/attempt-worker.ts";
export type { AttemptFigures, AttemptLimits, AttemptWorkerOptions, StateNotice } from "./worker/options.ts";
export { isTest, TEST_PREFIX } from "./worker/refuse.ts";
