import type { Role } from '../../features/access/permissions.ts'

/** Who may call an operation: everybody, whoever is signed in, or members of these roles. */
export type WhoMay = 'everybody' | 'signed in' | readonly Role[]

const runners: readonly Role[] = ['owner', 'admin', 'compliance_manager']
const keepers: readonly Role[] = [...runners, 'control_owner']
const insiders: readonly Role[] = keepers
const readers: readonly Role[] = [...keepers, 'auditor']
const followers: readonly Role[] = [...readers, 'viewer']
const members: readonly Role[] = [...followers, 'employee']
const deciders: readonly Role[] = ['owner', 'admin']

/**
 * What the matrix test expects, written down apart from the routes and the roles on purpose: a permission that is changed there must be
 * changed here too, by somebody who means it.
 */
export const whoMay: Readonly<Record<string, WhoMay>> = {
  getSession: 'everybody',
  signIn: 'everybody',
  signInByLink: 'everybody',
  setUp: 'everybody',
  lookAtInvitation: 'everybody',
  join: 'everybody',
  signOut: 'signed in',
  chooseOrganisation: 'signed in',
  listSessions: 'signed in',
  endSession: 'signed in',
  endOtherSessions: 'signed in',
  changeAccount: 'signed in',
  changePassword: 'signed in',
  leave: 'signed in',
  getOrganisation: members,
  makeOrganisation: ['owner'],
  listRoles: insiders,
  listMembers: insiders,
  listInvitations: insiders,
  changeMember: deciders,
  removeMember: deciders,
  invite: deciders,
  revokeInvitation: deciders,
  listKeys: keepers,
  makeKey: keepers,
  revokeKey: keepers,
  getOverview: followers,
  getScope: followers,
  changeScope: runners,
  getFramework: followers,
  getLedger: followers,
  getCheckpoint: followers,
  getTile: followers,
  getInclusionProof: followers,
  getConsistencyProof: followers,
  listEntries: followers,
  getEntry: followers,
  listControls: followers,
  getControl: followers,
  changeControl: runners,
  listChecks: followers,
  getCheck: followers,
  listResults: followers,
  listCheckRuns: followers,
  listFindings: followers,
  changeCheck: runners,
  resetCheck: runners,
  previewCheck: runners,
  runChecks: keepers,
  grantException: runners,
  revokeException: runners,
  listConnectors: readers,
  listConnections: readers,
  getConnection: readers,
  listRuns: readers,
  getMonitoring: readers,
  getCoverage: readers,
  explainGap: keepers,
  listFolder: runners,
  previewFile: runners,
  uploadFile: runners,
  testConnection: runners,
  addConnection: runners,
  changeConnection: runners,
  removeConnection: runners,
  runConnection: keepers,
  listSnapshots: readers,
  getSnapshot: readers,
  listRecords: readers,
  downloadSnapshot: readers,
  listDocuments: readers,
  downloadDocument: readers,
  addDocument: keepers,
  listPackages: readers,
  downloadPackage: readers,
  makePackage: runners,
  getJob: readers,
  cancelJob: runners,
}
