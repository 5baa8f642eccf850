/** `DU1234567` is DU*****67: enough to tell two apart, not enough to use (T12). */
export function maskedAccounts(text: string): string {
  return text.replace(/\b(D?[UFI])\d{3,8}(\d{2})\b/g, '$1*****$2')
}
