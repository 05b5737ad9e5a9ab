import type { PersonalStores } from './stores.ts'

/** Characters for made-up secrets: fixed, so that a failing test can be repeated; put together here, so that no scanner takes this file for a leak. */
const letters = 'wWpHkZaXcaTfNPUcnZwJUVFkLOpINUxqRsGhJmBvDyKeLtQo'
const filled = (length: number, from = letters) =>
  Array.from({ length }, (_, at) => from[(at * 7 + 3) % from.length]).join('')
const mixed = `${letters}0123456789`
const hex = '0123456789abcdef'
const pem = (kind: string) =>
  ['-----BEGIN ', kind, 'PRIVATE KEY-----\n', `MII${filled(157, mixed)}`, '\n-----END ', kind, 'PRIVATE KEY-----'].join(
    '',
  )
const url = (scheme: string, host: string) => [scheme, '://', 'robot', ':', filled(14, mixed), '@', host].join('')

/** Made-up secrets of the form that each rule of secretlint knows; test data. */
export const sampleSecrets: Readonly<Record<string, readonly string[]>> = {
  aws: [
    `AWS_SECRET_ACCESS_KEY=${filled(40, mixed)}`,
    `secretAccessKey: '${filled(40, mixed)}'`,
    `aws_secret_access_key${' '.repeat(60)}=> ${filled(40, mixed)}`,
  ],
  basicauth: [url('https', 'internal.larkspur.example.com/path')],
  privatekey: [pem('RSA '), pem('')],
  'database-connection-string': [
    url('postgres', 'db.larkspur-inner.net/app'),
    url('postgresql', 'db.larkspur-inner.net/app'),
    url('mongodb+srv', 'db.larkspur-inner.net/app'),
    url('MySQL', 'db.larkspur-inner.net/app'),
  ],
  slack: [
    `xoxb-${'123456789012-'.repeat(2)}${filled(24)}`,
    `https://hooks.slack.com/services/T${filled(8)}/B${filled(8)}/${filled(24)}`,
  ],
  github: ['ghp', 'gho', 'ghs']
    .map(prefix => `${prefix}_${filled(36, mixed)}`)
    .concat(`github_pat_${filled(82, mixed)}`),
  gitlab: [`glpat-${filled(20, mixed)}`],
  npm: [`npm_${filled(36, mixed)}`, `//registry.npmjs.org/:_authToken=${filled(36, mixed)}`],
  sendgrid: [`SG.${filled(22, mixed)}.${filled(43, mixed)}`],
  shopify: [`shpat_${filled(32, mixed)}`],
  stripe: [`sk_live_${filled(24, mixed)}`, `rk_test_${filled(24, mixed)}`],
  openai: [`sk-${filled(20, mixed)}T3BlbkFJ${filled(20, mixed)}`],
  anthropic: [`sk-ant-api03-${filled(93, mixed)}AA`],
  groq: [`gsk_${filled(52, mixed)}`],
  huggingface: [`hf_${filled(34)}`],
  linear: [`lin_api_${filled(40, mixed)}`],
  notion: [`ntn_${filled(11, '0123456789')}${filled(35, mixed)}`],
  grafana: [`glsa_${filled(32, mixed)}_${filled(8, hex)}`, `glc_${filled(60, mixed)}`],
  '1password': [
    `ops_${Buffer.from(`{"email":"a@larkspur.example","deviceUuid":"${filled(123, mixed)}"}`).toString('base64')}`,
  ],
  'hashicorp-vault': [`hvs.${filled(95, mixed)}`, `hvb.${filled(140, mixed)}`],
  vercel: [`vcp_${filled(24, mixed)}`],
  databricks: [`dapi${filled(32, hex)}`],
  docker: [`dckr_pat_${filled(27, mixed)}`],
  figma: [`figd_${filled(40, mixed)}`],
  cloudflare: [`cfut_${filled(40, mixed)}${filled(8, hex)}`],
  tailscale: [`tskey-auth-${filled(11, mixed)}-${filled(32, mixed)}`],
}

/** An organisation that keeps personal values nowhere but under aliases; test data. */
export const noStores: PersonalStores = {
  resources: () => [],
  countPlainSnapshots: async () => 0,
  countUploads: async () => 0,
  sealUploads: async () => {},
  removeUploads: async () => ({ removed: 0, settle: async () => {} }),
  collectAll: async () => {},
}
