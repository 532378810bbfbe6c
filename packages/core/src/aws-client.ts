/**
 * Options of every AWS client that a function makes. Without them a call to a service that has stopped answering waits
 * until the function's own timeout, which fails the whole batch without a word: a connection gets one second, an answer
 * five, and a call is tried twice.
 *
 * @example
 * const client = new DynamoDBClient(AWS_CLIENT_OPTIONS);
 */
export const AWS_CLIENT_OPTIONS = {
  maxAttempts: 2,
  requestHandler: {
    connectionTimeout: 1000,
    requestTimeout: 5000,
    // Without this the SDK only logs a warning when the time is up.
    throwOnRequestTimeout: true,
    socketTimeout: 5000,
  },
} as const;
