/** Whether a function does parts of verifications and rebuilds. */
export interface StoreWorkConfig {
  /**
   * Whether `rainhooks verify` and `rainhooks rebuild` let a function read and write, many invocations at once: for archives that take one
   * computer hours. It costs nothing while no command uses it. @defaultValue false
   */
  readonly deployed?: boolean;
  /**
   * Maximum number of invocations that one command makes at once, 1 to 1,000. It is not reserved concurrency: the invocations share the
   * account's limit with all other functions. @defaultValue 50
   */
  readonly maxConcurrency?: number;
  /** Memory of the function; 1769 is one processor as a whole. @defaultValue 1769 */
  readonly memoryMiB?: number;
}
