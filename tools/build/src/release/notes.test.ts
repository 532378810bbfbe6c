import { expect, it } from "@jest/globals";
import { notesOf, withVersion } from "./notes.mjs";

const CHANGELOG =
  "# Changelog\n\n## Unreleased\n\n### Added\n\n- new\n\n## 0.1.0 (2026-01-02)\n\n- old\n";

it("the unreleased changes become a version, and its notes are those of the release", () => {
  const changed = withVersion(CHANGELOG, "0.2.0", "2026-11-28");
  expect(changed).toContain(
    "## Unreleased\n\n## 0.2.0 (2026-11-28)\n\n### Added\n\n- new\n\n## 0.1.0",
  );
  expect(notesOf(changed, "0.2.0")).toBe("### Added\n\n- new\n");
  expect(notesOf(changed, "0.1.0")).toBe("- old\n");
  expect(notesOf(CHANGELOG, "0.2.0")).toBe("### Added\n\n- new\n");
});

it.each([
  ["0.1.0", "has 0.1.0 already"],
  ["next", "next is not a version"],
])("the version %s is refused", (version, message) => {
  expect(() => withVersion(CHANGELOG, version, "2026-11-28")).toThrow(message);
});

it("nothing is released twice", () => {
  const changed = withVersion(CHANGELOG, "0.2.0", "2026-11-28");
  expect(() => withVersion(changed, "0.3.0", "2026-11-29")).toThrow("nothing unreleased");
});
