import { isNativeError } from "node:util/types";
import {
  type ErrorCode,
  messageOf,
  RainhooksError,
  toRainhooksError,
  wrongInput,
} from "@rainhooks/core/errors";

type Explain = (message: string) => string;

const NO_CREDENTIALS: Explain = (message) => {
  const profile = process.env["AWS_PROFILE"];
  const hint = profile
    ? `Log in, or set another profile than ${profile}`
    : "Log in, or set a profile";
  return `No AWS credentials were found: ${message}. ${hint} in AWS_PROFILE.`;
};
/** What error names mean, for all services. */
const BY_NAME: readonly (readonly [RegExp, Explain, ErrorCode?])[] = [
  [/^(CredentialsProviderError|TokenProviderError)$/, NO_CREDENTIALS],
  [
    /^(ExpiredToken|UnrecognizedClient|InvalidClientTokenId|InvalidSignature|SignatureDoesNotMatch|InvalidAccessKeyId|IncompleteSignature)/,
    (message) =>
      `AWS rejected the credentials: ${message}. Log in again, or set another profile in AWS_PROFILE.`,
  ],
  [
    /^(AccessDenied|AuthorizationError|Forbidden|UnauthorizedOperation)/,
    (message) => `The credentials do not allow this action: ${message}`,
  ],
  [
    /^(ResourceNotFound|NoSuchBucket|NoSuchKey|QueueDoesNotExist|NotFound$)/,
    (message) =>
      `A resource of the stage is missing in AWS: ${message}. Is it deployed in this region?`,
  ],
  [
    /^(Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|SlowDown|TooManyRequests)/,
    (message) => `AWS is busy: ${message}. Try again later.`,
    "throttled",
  ],
];

const UNREACHABLE = new Set([
  "ENOTFOUND",
  "ECONNREFUSED",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "ECONNRESET",
  "EHOSTUNREACH",
]);

/**
 * Returns an error for people for a failure of AWS or the network: its message says what to do. It
 * also recognizes a failure that a store has wrapped in its own error. `undefined` for any
 * unexpected error.
 */
export function explainFailure(thrown: unknown): RainhooksError | undefined {
  if (!(thrown instanceof RainhooksError)) return explainAws(thrown, messageOf(thrown));
  if (!thrown.code.endsWith("-unavailable") && thrown.code !== "throttled") return thrown;
  for (let { cause } = thrown; isNativeError(cause); cause = cause.cause) {
    const explained = explainAws(cause, thrown.message);
    if (explained !== undefined) return explained;
  }
  return thrown;
}

/** Returns an error for people for anything that was thrown, also for an unexpected error. */
export function failureOf(thrown: unknown): RainhooksError {
  return explainFailure(thrown) ?? toRainhooksError(thrown);
}

/** @param message What is said of the failure. */
function explainAws(thrown: unknown, message: string): RainhooksError | undefined {
  if (!isNativeError(thrown)) return undefined;
  const unavailable = (text: string, code: ErrorCode = "stage-unavailable") =>
    new RainhooksError(code, text, { cause: thrown });
  const [, explain, code] = BY_NAME.find(([name]) => name.test(thrown.name)) ?? [];
  if (explain !== undefined) return unavailable(explain(message.replace(/\.$/, "")), code);
  if (message.startsWith("Region is missing")) {
    return wrongInput(
      "The AWS region is missing. Set it with an option, with AWS_REGION, or in your profile of AWS.",
    );
  }
  if (message.startsWith("Region not accepted")) {
    return wrongInput(`There is no such AWS region: ${message}`);
  }
  const reason = codeOf(thrown);
  if (reason !== undefined && UNREACHABLE.has(reason)) {
    return unavailable(`AWS cannot be reached (${reason}${message === "" ? "" : `: ${message}`}).`);
  }
  const status = statusOf(thrown);
  return status === undefined
    ? undefined
    : unavailable(`AWS returned HTTP ${status} (${thrown.name}): ${message}`);
}

/** Returns the HTTP status of an error from an AWS SDK client. */
function statusOf(error: Error): number | undefined {
  if (!("$metadata" in error) || typeof error.$metadata !== "object" || error.$metadata === null)
    return undefined;
  const metadata: { readonly httpStatusCode?: unknown } = error.$metadata;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function codeOf(error: Error): string | undefined {
  // A client's own limit has no code.
  if (error.name === "TimeoutError") return "ETIMEDOUT";
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
