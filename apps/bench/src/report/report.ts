export async function benchReport(): Promise<string> {
  return "";
}
