/** How the query API is deployed. */
export interface QueryApiConfig {
  /** Whether the function and its URL exist. @defaultValue true */
  readonly deployed?: boolean;
  /** Memory of the function. @defaultValue 512 */
  readonly memoryMiB?: number;
  /** Reserved concurrency: maximum number of parallel requests, taken from the account's limit. @defaultValue not reserved */
  readonly maxConcurrency?: number;
  /**
   * Origins whose pages may call the API from a browser, such as `https://ops.example.com`. Requests must still be signed with AWS
   * credentials. @defaultValue none
   */
  readonly allowOrigins?: readonly string[];
}
