export { type Attempt, attemptId } from "./attempts/attempt.ts";
export { isDelivered } from "./attempts/is-delivered.ts";
export {
  type AttemptReader,
  type AttemptSummary,
  attemptsOfEvent,
  listAttempts,
} from "./attempts/read-attempts.ts";
export { attemptSink, writeAttempts } from "./attempts/write-attempts.ts";
export { BODY_FORMATS, requestBody } from "./bodies/body.ts";
export { parseTemplate } from "./bodies/template/parse.ts";
export { copyMemory } from "./copies/memory.ts";
export { webhookIdOf } from "./copies/webhook-id.ts";
export { type ContentFilter, checkCondition, contentFilter } from "./destinations/content-filter.ts";
export type { Destination, DestinationSettings } from "./destinations/destination.ts";
export { destinationOf, secretsIdOf, settingsOf } from "./destinations/destination-item.ts";
export type { DestinationStore, DestinationStores } from "./destinations/destination-store.ts";
export { withoutSecrets } from "./destinations/errors.ts";
export {
  type DeclaredDestination,
  type DeclaredOptions,
  type ReadAllDeclared,
  readAllDeclared,
} from "./destinations/file/declared.ts";
export { giveSecrets, readSecretsOfFile, type SecretsOfFile } from "./destinations/file/give-secrets.ts";
export { isFromFile, waitsForSecrets } from "./destinations/file/merged-item.ts";
export { writeDeclared } from "./destinations/file/write-declared.ts";
export { isDestinationId } from "./destinations/ids.ts";
export { knownDestinations, MAX_KNOWN_AGE_MS } from "./destinations/known-destinations.ts";
export {
  addDestination,
  type CurrentDestination,
  changeDestination,
  type DestinationChange,
  deleteDestination,
} from "./destinations/manage.ts";
export { readDestinationSecrets } from "./destinations/read-secrets.ts";
export { readSettings } from "./destinations/read-settings.ts";
export { setState } from "./destinations/set-state.ts";
export { settingsOfSecrets, withSecretSettings } from "./destinations/settings-of-secrets.ts";
export {
  type AllDestinations,
  putDestination,
  readAll,
  readDestination,
  readDestinations,
  readPause,
  readPauses,
  removeDestination,
} from "./destinations/store.ts";
export { wants } from "./destinations/wants.ts";
export { fanOutSink } from "./fan-out/fan-out-sink.ts";
export { nodeCache } from "./fan-out/node-cache.ts";
export { attemptsTable, copiesTable, destinationsTable, outboxTable } from "./forwarding-tables.ts";
export { conditionOf, type DestinationCondition } from "./health/condition.ts";
export { type DestinationHealth, HEALTHY } from "./health/health.ts";
export {
  type AttemptMessage,
  formatAttemptMessage,
  isAttempt,
  parseAttemptMessage,
  type WorkerMessage,
} from "./messages/attempt-message.ts";
export { sendAttempts } from "./messages/send-attempts.ts";
export { appendToOutbox } from "./outbox/append.ts";
export { type OutboxStore, OutboxTable } from "./outbox/store.ts";
export { claimProbe, closePause, noteActive, noteJob } from "./pauses/change.ts";
export { hasMissed, type MissedRange, type Pause } from "./pauses/pause.ts";
export { missedEvents, widenPause } from "./pauses/widen.ts";
export { DEFAULT_SCHEDULE, formatSchedule, parseSchedule } from "./schedule/schedule.ts";
export { cachedSecrets } from "./secrets/cached-secrets.ts";
export { FOR_OTHER_HOST } from "./secrets/check-hosts.ts";
export { fileSecretStore } from "./secrets/file-store.ts";
export { formatSecrets } from "./secrets/parse.ts";
export {
  DEFAULT_GRACE_S,
  newSigningSecret,
  rotateSecret,
  SIGNATURE_KINDS,
  type SignatureKind,
  signatureKindOf,
} from "./secrets/rotate.ts";
export {
  CLIENT_AUTH_KINDS,
  type ClientAuthKind,
  type DestinationSecrets,
  type OAuth2Secrets,
  type TlsSecrets,
} from "./secrets/secrets.ts";
export { ssmSecretStore } from "./secrets/ssm-store.ts";
export { secretStoreAt } from "./secrets/store-at.ts";
export { certificateEndMs } from "./secrets/tls.ts";
export type { Sender, Sent } from "./send/request.ts";
export { createSender, type SenderOptions } from "./send/sender.ts";
export { MASK } from "./send/try-once.ts";
export { allowedAddresses } from "./worker/assemble-worker.ts";
export { attemptWorker } from "./worker/attempt-worker.ts";
export { isTest, TEST_PREFIX } from "./worker/refuse.ts";
export type { AttemptFigures, AttemptLimits, StateNotice } from "./worker/worker-options.ts";
