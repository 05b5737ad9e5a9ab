import { createContext, useContext } from 'react'
import type { WebFeature } from './web-feature.ts'

const FeaturesContext = createContext<readonly WebFeature[]>([])

/** Gives the shell its features. */
export const FeaturesProvider = FeaturesContext.Provider

/** The features, in the order of the navigation. */
export function useFeatures(): readonly WebFeature[] {
  return useContext(FeaturesContext)
}
