/**
 * Secrets that are planted in tests, each a text that stands nowhere else. A canary that shows in
 * a log, a journal, an answer, a report or the text of a crash is a leak (T12).
 */
export const CANARIES = {
  webhookToken: 'canarywebhook-6f1e9d27c4b84a55',
  deadManToken: 'canarydeadman-93b0c1f7e2d64810',
  dashboardPassword: 'canary password 5b7a20d1 keeps watch',
  metricsToken: 'canarymetrics-0d4e8f61a7b93c25',
  smtpPassword: 'canarysmtp-71c2e5a9084f4bd6',
} as const

/** In the forms in which texts travel: as they are, percent-encoded, in base64 and in JSON. */
const forms = (secret: string): readonly string[] => [
  secret,
  encodeURIComponent(secret),
  JSON.stringify(secret).slice(1, -1),
  Buffer.from(secret).toString('base64').replace(/=+$/, ''),
]

/** The names of the secrets that show in a text; `more`: others of the test's own. */
export function leaksIn(
  text: string,
  more: Readonly<Record<string, string>> = {},
): readonly string[] {
  return Object.entries({ ...CANARIES, ...more }).flatMap(([name, secret]) =>
    forms(secret).some((form) => text.includes(form)) ? [name] : [],
  )
}

/** The environment of a bot in which all of them are set. `base`: where its webhooks go. */
export function canaryEnvironment(base: string): Readonly<Record<string, string>> {
  return {
    IBKR_BOT__NOTIFY__WEBHOOK_URL: `${base}/hook/${CANARIES.webhookToken}`,
    IBKR_BOT__NOTIFY__DEAD_MAN_URL: `${base}/ping/${CANARIES.deadManToken}`,
    IBKR_BOT__DASHBOARD__USERS__ADA__PASSWORD: CANARIES.dashboardPassword,
    IBKR_BOT__DASHBOARD__METRICS_TOKEN: CANARIES.metricsToken,
  }
}
