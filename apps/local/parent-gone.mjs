/*
 * Plain JavaScript for Node.js 20 without dependencies: npm's scripts use it before anything is
 * installed or built.
 */

const LOOK_EVERY_MS = 1000;

/**
 * Calls `gone` when the process that has started this one is gone, if that was a script of npm. npm
 * passes SIGTERM to the shell of a script, which ends without passing it on.
 *
 * @param {() => void} gone
 */
export function onParentGone(gone) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(look);
    gone();
  }, LOOK_EVERY_MS).unref();
}
