/** What is known of a node, for conditions. */
export interface NodeAttributes {
  readonly id: string;
  readonly name?: string | undefined;
  readonly type?: string | undefined;
  readonly model?: string | undefined;
  readonly firmware?: string | undefined;
  readonly tags: readonly string[];
}
