import type { AliasKind } from '../contract.ts'

/** The kinds of personal values, for people. */
export const kindWords: Readonly<Record<AliasKind, { readonly title: string; readonly becomes: string }>> = {
  email: { title: 'E-mail addresses', becomes: 'An address stays one: p-k3x7m2q5r4t6w2y7@example.com' },
  name: { title: 'Names', becomes: 'Two words: Person p-k3x7m2q5r4t6w2y7' },
  phone: { title: 'Telephone numbers', becomes: 'A number that nobody can have: +999012345678901' },
  address: { title: 'Postal addresses', becomes: 'Address p-k3x7m2q5r4t6w2y7' },
  government_id: { title: 'Government ids', becomes: 'p-k3x7m2q5r4t6w2y7' },
}
