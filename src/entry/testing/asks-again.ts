/**
 * What the test of step-up expects, written down apart from the routes on purpose: the operations that somebody may call only a while after they have shown who they are. They
 * take something out (exports), give somebody more (roles, invitations, keys), hold secrets (connections), decide who gets in (factors, rules), or take away.
 */
export const asksAgain: ReadonlySet<string> = new Set([
  'makePackage',
  'downloadPackage',
  'exportActivity',
  'changeMember',
  'removeMember',
  'invite',
  'makeKey',
  'addConnection',
  'changeConnection',
  'removeConnection',
  'beginTotp',
  'confirmTotp',
  'removeTotp',
  'makeRecoveryCodes',
  'beginPasskey',
  'addPasskey',
  'removePasskey',
  'changeSignInRules',
])
