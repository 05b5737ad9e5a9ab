import { createContext, useContext } from 'react'
import { useSession } from '../api/session.ts'
import type { WebFeature } from './web-feature.ts'

const FeaturesContext = createContext<readonly WebFeature[]>([])

/** Gives the shell its features. */
export const FeaturesProvider = FeaturesContext.Provider

/** The features that the signed-in person may use, in the order of the navigation. */
export function useFeatures(): readonly WebFeature[] {
  const { may } = useSession()
  return useContext(FeaturesContext).filter(
    ({ access, unless }) => (access === undefined || may.includes(access)) && !(unless && may.includes(unless)),
  )
}
