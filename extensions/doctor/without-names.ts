/** ARNs of people and roles, addresses of e-mail, and URLs, which may have secrets in their paths. */
const NAMES = [
  /\barn:[\w-]+:(?:iam|sts)::[^\s"',]+/g,
  /[^\s"'<>:,@]{1,64}@[^\s"'<>,@]{1,255}\.[a-z]+/gi,
  /(?<=\bhttps?:\/\/)[^\s"',]+/g,
];

/** Returns a report in which no text names a person or has a secret address. */
export function withoutNames<Report>(report: Report): Report {
  return JSON.parse(
    JSON.stringify(report, (_, value: unknown) =>
      typeof value === "string" ? NAMES.reduce((text, name) => text.replace(name, "…"), value) : value,
    ),
  );
}
