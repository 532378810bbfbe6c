export { AWS_CLIENT_OPTIONS } from "./aws-client.ts";
export { type CachedOptions, cached } from "./cached.ts";
export {
  CATALOG,
  type CatalogEntry,
  catalogEntry,
  catalogEntryOfTopic,
  EVENT_TYPES,
  type EventType,
  FILTER_LEVELS,
  type FilterLevel,
  isDerived,
  publishedNames,
  shortType,
} from "./catalog.ts";
export { chunk, chunkBySize, collect, mapLimited } from "./collections.ts";
export { counted } from "./counted.ts";
export { type Decoded, decode, MAX_BODY_BYTES } from "./decode/decode.ts";
export { type MentionsTypes, mentionsTypes } from "./decode/mentions.ts";
export type { DataType } from "./decode/series-value.ts";
export {
  isCalendarDate,
  isPlausibleTime,
  isTimeMs,
  MAX_CLOCK_AHEAD_MS,
  MAX_TIME_MS,
  parseTimeMs,
  SECONDS_END,
} from "./decode/time.ts";
export type { RejectedRecord, Series, SeriesRecord, TimeSeriesData } from "./decode/time-series.ts";
export type { Delivery, Replay } from "./deliveries/delivery.ts";
export { notificationText } from "./deliveries/notification.ts";
export {
  DEAD_SINCE_ATTRIBUTE,
  type IncomingRecord,
  isNotification,
  REPLAY_ATTRIBUTE,
  readDelivery,
  readNotification,
  readReplay,
  replayText,
  topicName,
} from "./deliveries/read.ts";
export { REPAIR_ATTRIBUTE, type Repair, readRepair, repairText } from "./deliveries/repair-attribute.ts";
export { DURATION_PATTERN, durationMs, durationText } from "./duration-text.ts";
export { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "./durations.ts";
export { LOCAL_CREDENTIALS, LOCAL_REGION } from "./emulator.ts";
export {
  ERROR_CODES,
  type ErrorCode,
  type ErrorDetails,
  type Hint,
  inputError,
  MAX_RETRY_WAIT_S,
  messageOf,
  RainhooksError,
  toRainhooksError,
} from "./errors.ts";
export {
  ERASED_PREFIX,
  type EventData,
  nodesOf,
  OWN_ID,
  type RainmakerEvent,
  type UnknownEvent,
} from "./event.ts";
export { eventOf } from "./event-of.ts";
export { type Field, right, wrong } from "./fields.ts";
export {
  describeValue,
  isJsonObject,
  isTooDeep,
  type JsonObject,
  type JsonValue,
  MAX_JSON_DEPTH,
  parseJson,
  tryParseJson,
} from "./json.ts";
export { type Mistake, mistakeText } from "./mistake.ts";
export type { NodeAttributes } from "./node-attributes.ts";
export { isRegion } from "./region.ts";
export { backoffMs, DEFAULT_RETRY, type RetryPolicy, retryLeftovers } from "./retry.ts";
export { newTimeId } from "./time-id.ts";
export { wholeNumberOf } from "./whole-number.ts";
