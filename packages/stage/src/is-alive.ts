/** Whether a process of this machine runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // A process of another user cannot be sent a signal, but it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
