export function withWebhook(text: string, name: string, from: string): string | undefined;
