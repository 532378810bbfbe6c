/** Where the secrets of destinations are. */
export interface SecretStore {
  /** Returns the text of a destination; `undefined` if there is none. */
  get(id: string): Promise<string | undefined>;
  put(id: string, text: string): Promise<void>;
  /** Removes the text of a destination; nothing happens if there is none. */
  remove(id: string): Promise<void>;
}
