import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const LOCK_FILE = ".terraform.lock.hcl";

/**
 * Copies a lock file of providers into the folder of each synthesized stack, where Terraform looks for it.
 * Terraform then installs only providers with these hashes.
 *
 * @param from Folder that may have the lock file.
 * @param outdir Folder of the synthesis.
 */
export function copyLockFile(from: string, outdir: string): void {
  const lockFile = join(from, LOCK_FILE);
  if (!existsSync(lockFile)) return;
  const stacks = join(outdir, "stacks");
  for (const stack of readdirSync(stacks)) copyFileSync(lockFile, join(stacks, stack, LOCK_FILE));
}
