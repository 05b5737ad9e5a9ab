import packageJson from '../../package.json' with { type: 'json' }

/** This version of Vouch. */
export const version: string = packageJson.version
