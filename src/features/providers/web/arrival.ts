/**
 * What an identity provider added to this page's address, taken before anything rewrites it: the router reads values as JSON, and would change a code that looks like a number.
 */
export const arrival: string = globalThis.location?.pathname === '/sign-in/sso' ? globalThis.location.search : ''
