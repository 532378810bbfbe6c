export function functionFolder(root: string, name: string): string;
