/** Returns what a node is called: its name, or its id if it has none that can be seen. */
export function nodeName({
  nodeId,
  config,
}: {
  readonly nodeId: string;
  readonly config?: { readonly name?: string | undefined } | undefined;
}): string {
  return config?.name?.trim() || nodeId;
}
