/** What an extension says of itself as data, for the operations of others and for programs. */
export interface ExtensionData {
  /** A name of which there is no other; of those that come with Rainhooks, that of its folder. */
  readonly name: string;
}
