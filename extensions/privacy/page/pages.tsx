import type { ExtensionPages } from "@rainhooks/page/pages";
import { UserPage } from "./user-page.tsx";
import { UsersPage } from "./users-page.tsx";

/** The pages of users. */
export const userPages: ExtensionPages = {
  sections: { users: UsersPage },
  details: { users: UserPage },
};
