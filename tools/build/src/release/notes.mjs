const UNRELEASED = "## Unreleased";

/** Returns what CHANGELOG.md says of a version; of one that is not there, what is unreleased. */
export function notesOf(changelog, version) {
  const sections = changelog.split(/^(?=## )/m).slice(1);
  const own =
    sections.find((text) => text.startsWith(`## ${version} `)) ??
    sections.find((text) => text.startsWith(UNRELEASED));
  if (own === undefined)
    throw new Error(`CHANGELOG.md has neither ${version} nor what is unreleased.`);
  return `${own.replace(/^## .*\n/, "").trim()}\n`;
}

/**
 * Returns CHANGELOG.md with what was unreleased as a version of a day.
 *
 * @throws {Error} if there is nothing unreleased, or the version is none.
 */
export function withVersion(changelog, version, day) {
  if (!/^\d+\.\d+\.\d+$/.test(version))
    throw new Error(`${version} is not a version, such as 0.2.0.`);
  if (changelog.includes(`## ${version} `)) throw new Error(`CHANGELOG.md has ${version} already.`);
  if (!changelog.includes(`${UNRELEASED}\n\n###`))
    throw new Error("CHANGELOG.md has nothing unreleased.");
  return changelog.replace(UNRELEASED, `${UNRELEASED}\n\n## ${version} (${day})`);
}
