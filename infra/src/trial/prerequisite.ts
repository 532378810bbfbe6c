/** Thrown if a tool or setting that the trial needs is missing. */
export class MissingPrerequisite extends Error {}
