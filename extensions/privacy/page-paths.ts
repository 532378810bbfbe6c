import type { PagePaths } from "@rainhooks/page/pages";

/** Where the pages of users are. No index has users, so that any text can be one's id. */
export const USER_PATHS: PagePaths = {
  sections: [["users", "Users"]],
  details: { users: "users" },
  openedById: { users: "User" },
};
