/** What functions use that leave events of paused destinations to the archive. */
export const archivedUse = {
  archived: { kind: "archived", env: "ARCHIVED_EVENTS" },
} as const;
