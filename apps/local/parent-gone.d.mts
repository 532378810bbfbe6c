/** Calls `gone` when the process that has started this one is gone, if that was a script of npm. */
export function onParentGone(gone: () => void): void;
